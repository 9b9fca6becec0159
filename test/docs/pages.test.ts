/** Every loss, penalty, constraint, metric, schedule and optimizer has a page with all its parts, and the pages are those of the sources. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogue } from '../../scripts/pages/catalogue.ts';
import { findFunction, optionComments, parseComment } from '../../scripts/pages/comments.ts';
import { around, losses, metrics, optimizers, penalties, schedules } from '../../scripts/pages/elsewhere.ts';
import { cellText, columnsOf, namesText, says, wrong } from '../../scripts/pages/others.ts';
import { missing } from '../../scripts/pages/page.ts';
import { pathOf, pathPicture } from '../../scripts/pages/paths.ts';
import { plot } from '../../scripts/pages/plot.ts';
import { pages, written } from '../../scripts/pages/write.ts';

const { library, sections } = await catalogue();
const fresh = await pages();

for (const { name, entries, sources } of sections) {
  for (const entry of entries) {
    test(`${name}: ${entry.name} lacks nothing`, () => {
      assert.equal(missing(entry, findFunction(sources, entry.name), sources), []);
    });
  }
}

test('every kind of every family is there, and callable by its name', () => {
  const counts = Object.fromEntries(sections.map(({ name, entries }) => [name, entries.length]));
  assert.ok(counts.losses! >= 3 && counts.penalties! >= 5 && counts.metrics! >= 17, JSON.stringify(counts));
  assert.ok(counts.optimizers! >= 31 && counts.around === 7, JSON.stringify(counts));
  for (const { name, entries } of sections) {
    const from = (name === 'metrics' ? library.metrics : library) as Record<string, unknown>;
    for (const entry of entries) assert.type(from[entry.name], 'function', entry.name);
  }
});

test('what is written in docs/reference is what npm run pages writes', () => {
  const old = written();
  assert.equal([...old.keys()].sort(), [...fresh.keys()].sort());
  for (const [name, text] of fresh) assert.fixture(old.get(name)!, text, `${name}: npm run pages`);
});

test('a part that is left out is named', () => {
  const [losses] = sections;
  const entry = losses!.entries.find(({ name }) => name === 'binaryCrossEntropy')!;
  const declaration = findFunction(losses!.sources, entry.name)!;
  const { comment } = declaration;
  const lacks = (change: object): string[] =>
    missing(entry, { ...declaration, comment: { ...comment, ...change } }, losses!.sources);
  for (const label of ['Elsewhere', 'Use', 'Not', 'Source']) {
    assert.equal(lacks({ parts: { ...comment.parts, [label]: undefined } }), [`a line "${label}:"`]);
  }
  assert.equal(lacks({ summary: 'A loss' }), ['a formula in the first paragraph']);
  assert.equal(lacks({ example: 'lossAndGradient(1)' }), ['an @example that says what comes out: // → value']);
  assert.equal(missing(entry, undefined, losses!.sources), ['a function with a comment directly above it']);
  const without = missing({ ...entry, counterpart: { names: [] } }, declaration, losses!.sources);
  assert.equal(
    without,
    Object.keys(entry.fields).map((option) => `the option ${option} in scripts/pages/elsewhere.ts`),
  );
  const more = { ...entry, fields: { ...entry.fields, other: { expected: () => '' } } };
  assert.equal(missing(more, declaration, losses!.sources), [
    'a comment of the option other',
    'the option other in scripts/pages/elsewhere.ts',
  ]);
});

test('defaults elsewhere are those of docs/other-defaults.json', () => {
  assert.is(cellText('PyTorch', 'nn.HuberLoss', 'delta'), '`delta=1.0`');
  assert.is(cellText('PyTorch', 'optim.Adam', 'betas[1] (of squares)'), '`betas[1]=0.999` (of squares)');
  assert.is(cellText('optax', 'optax.adam', 'learning_rate'), '`learning_rate`, required');
  assert.is(
    cellText('scikit-learn', 'SVR, LinearSVR', "epsilon, LinearSVR.epsilon, LinearSVR.loss='x'"),
    "`epsilon=0.1`, `LinearSVR(epsilon=0.0)`, by `LinearSVR(loss='x')`",
  );
  assert.is(cellText('Keras', undefined, undefined), '–');
  assert.is(
    namesText('scikit-learn', "LinearSVC(loss='hinge'), hinge_loss"),
    "`LinearSVC(loss='hinge')`, `hinge_loss`",
  );
  assert.equal(columnsOf('optimizers'), ['PyTorch', 'Keras', 'optax']);
});

test('names and parameters that are not there, and defaults in words, are errors', () => {
  assert.throws(() => namesText('PyTorch', 'nn.HubertLoss'), 'nn.HubertLoss is not there');
  assert.throws(() => namesText('PyTorch', 'losses.Huber'), 'not there');
  assert.throws(() => namesText('PyTorch', 'nn.Embedding(max)'), 'no parameter max');
  assert.throws(() => cellText('Keras', 'losses.Huber', 'epsilon'), 'no parameter epsilon');
  assert.throws(() => cellText('Keras', 'losses.Huber', 'delta=1.0, epsilon=1'), 'no parameter epsilon=1');
  assert.throws(() => cellText('PyTorch', 'optim.Adam', 'betas[2]'), 'betas[2]');
  assert.throws(() => cellText('Keras', 'losses.Huber', says('delta=1.0')), 'words state a default');
  assert.throws(() => cellText('Keras', undefined, 'delta'), 'of nothing');
  const row = { names: ['nn.HuberLoss'] as const, options: { delta: ['beta'] as const } };
  assert.equal(wrong(row, 'losses', { delta: { fallback: 1 } }), [
    'a right row in scripts/pages/elsewhere.ts: PyTorch: nn.HuberLoss has no parameter beta',
  ]);
});

test('what has a row of names elsewhere has a page', () => {
  const elsewhere = { around, losses, metrics, optimizers, penalties, schedules };
  for (const { name, entries } of sections) {
    assert.equal(Object.keys(elsewhere[name]).sort(), entries.map((entry) => entry.name).sort(), name);
  }
});

test('a page says what an optimizer keeps, how it measures a proximal step and which batches it takes', () => {
  // As in the papers: Adam two moments, Lion one, Adan four, FTRL no proximal step beside its own.
  const facts: Readonly<Record<string, readonly [string, string, string]>> = {
    adam: [
      '2 vectors of the size of the parameters; up to 3',
      'taken with the effective step of each element',
      '32 rows',
    ],
    amsgrad: ['3 vectors of the size of the parameters |', 'taken with the effective step of each element', '32 rows'],
    sgd: ['nothing; 1 vector of the size of the parameters with', 'taken with the rate |', '32 rows'],
    lion: ['1 vector of', 'taken with the rate, a heuristic: steps are made of signs', '32 rows'],
    signSgd: ['1 vector of', 'taken with the rate, a heuristic: steps are made of signs', '32 rows'],
    lars: ['1 vector of', 'taken with the rate, a heuristic: steps are scaled by norms of tensors', '32 rows'],
    lamb: ['2 vectors of', 'taken with the rate, a heuristic: steps are scaled by norms of tensors', '32 rows'],
    adan: ['4 vectors of', 'taken with the effective step of each element', '32 rows'],
    ftrl: ['2 vectors of', 'refused', '32 rows'],
    rprop: ['2 vectors of', 'taken with the effective step of each element', 'full unless told'],
    adafactor: ['of a matrix instead a number a row and a number a column', 'of each element', '32 rows'],
    gradientDescent: ['nothing |', 'taken with the rate |', 'full unless told'],
    onlineGradientDescent: ['nothing |', 'taken with the rate |', 'a row, in the order they come'],
    barzilaiBorwein: ['the last accepted step', 'taken with the step length that is found', 'full only'],
  };
  for (const [name, texts] of Object.entries(facts)) {
    for (const text of texts) assert.ok(fresh.get(`optimizers/${name}.md`)!.includes(text), `${name}: ${text}`);
  }
  assert.match(fresh.get('optimizers/asgd.md')!, 'the average that it keeps');
});

test('paths are those of the library, pictures are small', () => {
  const path = pathOf(library, 'gradientDescent(0.3)');
  assert.is(path.length, 101);
  // θ − ηg by hand: at (−1.5, 0.5) y − x² = −1.75, g = (−0.25 − 2·1.5·1.75, −1.75).
  assert.equal(path[0], [-1.5, 0.5]);
  assert.ok(Math.abs(path[1]![0]! - (-1.5 + 0.3 * 5.5)) < 1e-15 && Math.abs(path[1]![1]! - 1.025) < 1e-15);
  const { svg, caption } = pathPicture(library, 'gradientDescent');
  assert.ok(svg.length < 6000 && caption.includes('begins at 1.84'), `${svg.length}: ${caption}`);
  for (const { name } of sections.find(({ name }) => name === 'optimizers')!.entries) {
    const drawn = fresh.get(`optimizers/${name}.svg`)!;
    assert.ok(drawn.length < 6000 && !/NaN|Infinity/.test(drawn), name);
  }
  assert.throws(() => pathPicture(library, 'none'), 'none lacks a call');
});

test('a default that is not that of PyTorch is to be explained, and only such a one', () => {
  const row = { names: ['optim.Adam'] as const, options: { beta1: ['betas[0]'] as const } };
  const explained = { ...row, differs: { beta1: 'because' } };
  const ours = (fallback: unknown): Record<string, object> => ({ beta1: { fallback } });
  assert.equal(wrong(row, 'optimizers', ours(0.9)), []);
  assert.equal(wrong(row, 'optimizers', ours(0.95)), ['a note why beta1 is 0.95 and not 0.9 as in PyTorch']);
  assert.equal(wrong(explained, 'optimizers', ours(0.95)), []);
  assert.equal(wrong(explained, 'optimizers', ours(0.9)), [
    'a default of beta1 that differs from PyTorch, as its note says',
  ]);
  assert.equal(wrong({ ...row, differs: { beta3: 'because' } }, 'optimizers', ours(0.9)), [
    'the option beta3 that a note names',
  ]);
});

test('comments are read as they are written', () => {
  const comment = parseComment(`
 * a + b,
 * that is.
 *
 * A note.
 * @param options what: not a label.
 *
 * Elsewhere: none,
 * nowhere.
 * Use: always
 * Not: never
 * @throws {ArgumentError} on
 * two lines.
 * @example
 * f(1); // → 2
 *
 * f(2); // → 3
 `);
  assert.is(comment.summary, 'a + b, that is.');
  assert.equal(comment.notes, ['A note.']);
  assert.equal(comment.parts, { Elsewhere: 'none, nowhere.', Use: 'always', Not: 'never' });
  assert.equal(comment.throws, ['{ArgumentError} on two lines.']);
  assert.is(comment.example, 'f(1); // → 2\n\nf(2); // → 3');
  assert.is(parseComment(' * @example\n * ```js\n * f();\n * ```').example, 'f();');
  assert.throws(() => parseComment(' * Use: a\n * Use: b'), /second Use/);
});

test('a comment belongs to the function directly below it', () => {
  const text = [
    '/** Of another. */\nconst other = 1;\n\nexport function f(options?: A): B {\n}',
    '/** Of g. */\nexport const g = (options?: GOptions): B => 1;',
    'interface Base {\n  /** Of a. */\n  readonly a?: number;\n}',
    'export interface GOptions extends Base {\n  /**\n   * Of b,\n   * long.\n   */\n  readonly b: number;\n}',
  ].join('\n\n');
  const sources = new Map([['a.ts', text]]);
  assert.is(findFunction(sources, 'f'), undefined);
  const g = findFunction(sources, 'g')!;
  assert.is(g.comment.summary, 'Of g.');
  assert.equal(
    [...optionComments(sources, g.signature)],
    [
      ['a', 'Of a.'],
      ['b', 'Of b, long.'],
    ],
  );
  const other = new Map([['b.ts', `${text}\n\nexport type HOptions = Omit<GOptions, 'b'>;`]]);
  assert.is(optionComments(other, 'h(options: HOptions)').get('a'), 'Of a.');
});

test('a picture lifts the pen where a curve leaps, and only there', () => {
  const x = Array.from({ length: 21 }, (_, i) => i / 10 - 1);
  const svg = plot({
    title: 'a < b',
    axis: 'x',
    x,
    value: x.map((at) => Math.exp(5 * at)),
    gradient: x.map(Math.sign),
  });
  const [, value, gradient] = /class="value" d="([^"]*)"[\s\S]*class="gradient" d="([^"]*)"/.exec(svg)!;
  assert.is(value!.match(/M/g)!.length, 1);
  // −1, the dot at 0, 1.
  assert.is(gradient!.match(/M/g)!.length, 3);
  assert.match(svg, 'a &lt; b');
});

test.run();
