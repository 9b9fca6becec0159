/** Every loss, penalty, constraint and metric has a page with all its parts, and the pages are those of the sources. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogue } from '../../scripts/pages/catalogue.ts';
import { findFunction, optionComments, parseComment } from '../../scripts/pages/comments.ts';
import { optimizers } from '../../scripts/pages/elsewhere-steps.ts';
import { cellText, columnsOf, namesText, says, wrong } from '../../scripts/pages/others.ts';
import { missing } from '../../scripts/pages/page.ts';
import { plot } from '../../scripts/pages/plot.ts';
import { pages, written } from '../../scripts/pages/write.ts';

const { library, sections } = await catalogue();

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
  for (const { name, entries } of sections) {
    const from = (name === 'metrics' ? library.metrics : library) as Record<string, unknown>;
    for (const entry of entries) assert.type(from[entry.name], 'function', entry.name);
  }
});

test('what is written in docs/reference is what npm run pages writes', async () => {
  const fresh = await pages();
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

test('optimizers elsewhere are there, with their parameters', () => {
  for (const [kind, row] of Object.entries(optimizers)) assert.equal(wrong(row, 'optimizers', {}), [], kind);
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
