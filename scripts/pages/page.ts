/** A page: what the comment says, the options with their defaults beside those of others, an example. */
import type { Entry, Field, Library, Row, Update } from './catalogue.ts';
import { type Declaration, LABELS, optionComments, type Sources } from './comments.ts';
import { reduction } from './elsewhere.ts';
import { type Counterpart, cellText, columnsOf, namesText, type Three, wrong } from './others.ts';

/** What must be there. */
const REQUIRED = LABELS.filter((label) => label !== 'Direction');

const cell = (text: string): string => text.replace(/\|/g, '\\|');

const table = (rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const [head, ...body] = rows as [readonly string[], ...string[][]];
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
};

const code = (text: string): string => `\`${text}\``;

const fallback = (value: unknown): string => {
  if (value === undefined) return 'required';
  return code(typeof value === 'string' ? `'${value}'` : JSON.stringify(value));
};

const ranges: Readonly<Record<string, string>> = {
  finite: 'finite numbers',
  nonNegative: 'numbers ≥ 0',
  positive: 'numbers > 0',
  unit: 'numbers in [0, 1]',
  binary: '0 or 1',
  sign: '−1 or 1',
  index: 'class indices',
  probability: 'rows of probabilities',
};

const links: Readonly<Record<string, string>> = {
  identity: 'the prediction itself',
  log: 'the mean e^z',
  sigmoid: 'the label, by the probability 1/(1 + e^−z)',
  softmax: 'the label of the largest logit',
  sign: 'the sign',
  argmax: 'the label of the largest score',
};

function facts(
  { targets, range, least = 1, most, multiple = 1, meanOver, alone, link }: Row,
  library: Library,
): string {
  const one = targets === 'values' ? 'one for each prediction' : 'one a row';
  const columns =
    least === most || (most && multiple === most)
      ? String(most)
      : multiple > 1
        ? `a multiple of ${multiple}`
        : least > 1
          ? `at least ${least}`
          : 'any number';
  const rows = [
    ['', 'with its defaults'],
    ['targets', targets === 'none' ? 'none' : `${ranges[range ?? 'finite']}, ${one}`],
    ['columns of predictions', columns],
    ['mean over', meanOver === 'rows' ? 'rows' : 'rows and outputs'],
  ];
  if (alone) rows.push(['in models', 'no: for `lossAndGradient` alone']);
  else if (library.linearModel)
    rows.push(['in models', `\`linearModel\`; \`predict\` gives ${links[link ?? 'identity']}`]);
  return table(rows);
}

const vectors = (count: number): string => (count === 0 ? 'nothing' : count === 1 ? '1 vector' : `${count} vectors`);

/** What an optimizer keeps, in what a proximal step is measured, and which batches it takes. */
function updateFacts({ rows, batch }: Update): string {
  const [row] = rows;
  const most = Math.max(...rows.map(({ slots }) => slots));
  const size = ' of the size of the parameters';
  const kept = row
    ? `${vectors(row.slots)}${row.slots > 0 ? size : ''}${row.factored ? '; of a matrix instead a number a row and a number a column' : ''}` +
      (most > row.slots ? `; ${row.slots > 0 ? `up to ${most}` : vectors(most) + size} with other options` : '')
    : 'the parameters and the gradient of the last accepted step';
  // Only what is in sgd.ts moves by the rate times a mean of the gradient: the others by signs or as far as norms say.
  const heuristic =
    row?.file === 'optimizers/sgd'
      ? ''
      : `, a heuristic: steps are ${row?.per === 'tensor' ? 'scaled by norms of tensors' : 'made of signs'}`;
  const proximal = {
    elements: 'taken with the effective step of each element',
    rate: `taken with the rate${heuristic}`,
    none: 'refused',
  };
  const batches = row
    ? batch === 'full'
      ? 'full unless told'
      : batch === 1
        ? 'a row, in the order they come'
        : '32 rows unless told'
    : 'full only: the line search needs the objective itself';
  return table([
    ['', ''],
    ['keeps', kept],
    ['proximal step (`l1`)', row ? proximal[row.metric] : 'taken with the step length that is found'],
    ['evaluated', row?.evaluates === undefined ? 'the parameters' : 'the average that it keeps'],
    ['batches in `fit`', batches],
  ]);
}

/** The example with an import of what it uses, if it has none. */
function example(text: string, library: Library): string {
  if (text.includes("from 'downhill'")) return text;
  const declared = new Set(Array.from(text.matchAll(/\b(?:const|let) (\w+)/g), ([, name]) => name));
  const names = Object.keys(library).filter(
    (name) => !declared.has(name) && new RegExp(`(?<![\\w.'])${name}(?=[.(])`).test(text),
  );
  return `import { ${names.sort().join(', ')} } from 'downhill';\n\n${text}`;
}

/** What is missing for a page, in words. */
export function missing(entry: Entry, declaration: Declaration | undefined, sources: Sources): string[] {
  if (!declaration) return ['a function with a comment directly above it'];
  const { comment, signature } = declaration;
  const lacks: string[] = [];
  if (!/[=·Σ²|(←]|\d/.test(comment.summary)) lacks.push('a formula in the first paragraph');
  for (const label of REQUIRED) if (!comment.parts[label]) lacks.push(`a line "${label}:"`);
  if (
    entry.section === 'metrics' &&
    entry.name !== 'confusionMatrix' &&
    !/^(min|max)\b/.test(comment.parts.Direction ?? '')
  ) {
    lacks.push('a line "Direction: min" or "max"');
  }
  if (!comment.example.includes('// →')) lacks.push('an @example that says what comes out: // → value');
  if (!entry.counterpart) lacks.push('a row in scripts/pages/elsewhere.ts');
  const described = optionComments(sources, signature);
  for (const option of Object.keys(entry.fields)) {
    if (!described.get(option)) lacks.push(`a comment of the option ${option}`);
    if (entry.counterpart && !entry.counterpart.options?.[option]) {
      lacks.push(`the option ${option} in scripts/pages/elsewhere.ts`);
    }
  }
  for (const option of Object.keys(entry.counterpart?.options ?? {})) {
    if (!(option in entry.fields)) lacks.push(`the option ${option} that scripts/pages/elsewhere.ts names`);
  }
  const compared = entry.counterpart && withReduction(entry, entry.counterpart);
  if (compared) lacks.push(...wrong(compared.counterpart, entry.section, compared.fields));
  return lacks;
}

/** A loss has the reduction of `lossAndGradient` as well, where the others have one. */
function withReduction(
  { section, fields }: Entry,
  counterpart: Counterpart,
): { counterpart: Counterpart; fields: Readonly<Record<string, { readonly fallback?: unknown }>> } {
  if (section !== 'losses') return { counterpart, fields };
  const options = { ...counterpart.options, reduction: reductionOf(counterpart) };
  return { counterpart: { ...counterpart, options }, fields: { ...fields, reduction: { fallback: 'mean' } } };
}

const reductionOf = ({ names }: Counterpart): Three => [names[0] && reduction[0], names[1] && reduction[1]];

/** What letters mean, where there are any of them. */
function symbols({ section }: Entry, text: string): string {
  const meanings: Readonly<Record<Entry['section'], readonly (readonly [RegExp, string])[]>> = {
    losses: [
      [/ŷ/, 'ŷ predictions'],
      [/\bz/, 'z predictions before the link'],
      [/\by/, 'y targets'],
      [/σ/, 'σ(z) = 1/(1 + e^−z)'],
    ],
    penalties: [
      [/θ/, 'θ parameters'],
      [/η/, 'η the step of the optimizer'],
      [/\bv/, 'v where its update has led'],
    ],
    metrics: [
      [/\bs\b/, 's weights of rows, 1 unless given'],
      [/ŷ/, 'ŷ predictions'],
      [/\by/, 'y targets'],
      [/\bTP\b/, 'TP the sum of s over rows of a class that are right'],
      [/\bFN\b/, 'FN over its other rows'],
      [/\bFP\b/, 'FP over rows of other classes that are predicted as it'],
      [/\bTN\b/, 'TN over all others'],
    ],
    optimizers: [
      [/θ/, 'θ parameters'],
      [/(?<!\w)g(?!\w)/, 'g the gradient'],
      [/η/, 'η the rate'],
      [/\bt\b|ᵗ/, 't the step, 1 at the first'],
      [/[mvn]\u0302|ŝ/, 'with a hat: divided by 1 − βᵗ'],
      [/ε/, 'ε `epsilon`'],
    ],
    around: [
      [/θ/, 'θ parameters'],
      [/(?<!\w)g(?!\w)/, 'g the gradient'],
    ],
    schedules: [
      [/\blr\b/, 'lr the rate'],
      [/\bt\b/, 't the step, 0 at the first update'],
    ],
  };
  const used = meanings[section].filter(([letter]) => letter.test(text)).map(([, meaning]) => meaning);
  return used.length > 0 ? `Symbols: ${used.join('; ')}.` : '';
}

export interface Picture {
  readonly svg: string;
  /** What it shows, in words. */
  readonly caption: string;
  /** The same in short, where there is more to say. */
  readonly alt?: string;
}

export interface PageOf {
  readonly entry: Entry;
  readonly declaration: Declaration;
  readonly sources: Sources;
  readonly library: Library;
  readonly picture: Picture | undefined;
}

export function page({ entry, declaration, sources, library, picture }: PageOf): string {
  const { name, fields, counterpart, row } = entry;
  const { comment, signature, file } = declaration;
  const { parts } = comment;
  const public_ = entry.section === 'metrics' && name in ((library.metrics ?? {}) as object) ? `metrics.${name}` : name;
  const described = optionComments(sources, signature);
  const options = Object.entries(fields) as [string, Field][];
  const { names, differs = {} } = counterpart!;
  const whose = /^(?:pytorch_optimizer|schedulefree|prodigyopt)\b/.exec(names[0] ?? '')?.[0] ?? 'PyTorch';
  const columns = columnsOf(entry.section);
  const theirs = (cells: Three): string[] => columns.map((column, i) => cellText(column, names[i], cells[i]));
  const rows = [
    ['', 'here', 'range', ...columns],
    ['name', code(public_), '', ...columns.map((column, i) => namesText(column, names[i]))],
    ...options.map(([key, field]) => [
      code(key),
      fallback(field.fallback),
      field.expected().replace(/"/g, "'"),
      ...theirs(counterpart!.options![key]!),
    ]),
  ];
  if (entry.section === 'losses') {
    rows.push([
      '`reduction` of `lossAndGradient`',
      "`'mean'`",
      "'mean', 'sum' or 'none'",
      ...theirs(reductionOf(counterpart!)),
    ]);
  }
  const blocks = [
    `<!-- Written by npm run pages from the comment of ${name} in ${file}. Change that, not this page. -->`,
    `# ${name}`,
    comment.summary,
    ...comment.notes,
    symbols(entry, [comment.summary, ...comment.notes].join(' ')),
  ].filter((block) => block !== '');
  if (picture) blocks.push(`![${(picture.alt ?? picture.caption).replace(/`/g, '')}](${name}.svg)`);
  if (picture && entry.section !== 'losses') blocks.push(picture.caption);
  if (parts.Direction) blocks.push(`Better is: ${parts.Direction.replace(/^min/, 'less').replace(/^max/, 'more')}`);
  blocks.push(`**When to use it.** ${capital(parts.Use!)}`, `**When not.** ${capital(parts.Not!)}`);
  blocks.push('## Example', `\`\`\`js\n${example(comment.example, library)}\n\`\`\``);
  if (options.length > 0) {
    blocks.push('## Options', options.map(([key]) => `- \`${key}\`: ${described.get(key)}`).join('\n'));
  }
  blocks.push('## Defaults, here and elsewhere', table(rows));
  for (const [option, why] of Object.entries(differs)) blocks.push(`**\`${option}\` differs from ${whose}.** ${why}`);
  blocks.push(parts.Elsewhere!);
  if (row) blocks.push('## Data', facts(row, library));
  if (entry.update) blocks.push('## In a run', updateFacts(entry.update));
  if (comment.throws.length > 0) {
    blocks.push(`Throws ${comment.throws.map((each) => each.replace(/^\{(\w+)\}/, '`$1`')).join(' ')}`);
  }
  blocks.push('## Source', parts.Source!, footer(entry));
  return `${blocks.join('\n\n')}\n`;
}

const capital = (text: string): string =>
  /^[a-z]+\b(?![A-Z(])/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text;

function footer({ section }: Entry): string {
  const more = section === 'penalties' ? ' · [what λ is elsewhere, the order of a step](../../penalties.md)' : '';
  return `[All pages](../README.md)${more}`;
}

/** One line of the index: name and first sentence. */
export function line(entry: Entry, { comment }: Declaration): string {
  const sentence = comment.summary.split(/(?<=\.) (?=[A-Z])/)[0]!;
  return `| [${entry.name}](${entry.section}/${entry.name}.md) | ${cell(sentence)} |`;
}
