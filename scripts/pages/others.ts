/**
 * What other libraries have for an entry: names, parameters and defaults, from docs/other-defaults.json, which
 * scripts/other-defaults.py reads from their sources. Nothing that is a default is written by hand.
 */
import { readFileSync } from 'node:fs';

export type Column = 'PyTorch' | 'Keras' | 'scikit-learn' | 'optax';

/** Columns of a table, by section. */
export const columnsOf = (section: string): readonly [Column, Column, Column] =>
  ['optimizers', 'schedules', 'around'].includes(section)
    ? ['PyTorch', 'Keras', 'optax']
    : ['PyTorch', 'Keras', 'scikit-learn'];

/** Words that stand in a table as they are: no default. */
export interface Words {
  readonly words: string;
}

export const says = (words: string): Words => ({ words });

/**
 * A cell of an option. `delta`: that parameter of the first of the names in this column that has it, with its default;
 * `SVR.epsilon`: that of another name of this column; `betas[0]`: a part of it; `loss='hinge'`, `SVR.loss='hinge'`: a
 * setting, not a default. Several are separated by a comma, words may follow in parentheses.
 */
export type Cell = string | Words | undefined;

/** One for each column. */
export type Three = readonly [Cell?, Cell?, Cell?];

export interface Counterpart {
  /**
   * Names for each column, separated by a comma: as in docs/other-defaults.json, of which the first part may be left
   * out. In parentheses which of their parameters make them the same.
   */
  readonly names: readonly [(string | undefined)?, (string | undefined)?, (string | undefined)?];
  /** For each of our options theirs. */
  readonly options?: Readonly<Record<string, Three>>;
  /** Why a default is not that of PyTorch. */
  readonly differs?: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, string | null>>;

interface Others {
  readonly versions: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, Parameters>>;
}

const { versions, parameters } = JSON.parse(readFileSync('docs/other-defaults.json', 'utf8')) as Others;

const LIBRARIES: Readonly<Record<Column, readonly string[]>> = {
  PyTorch: ['torch', 'torchvision', 'torchmetrics', 'pytorch_optimizer', 'schedulefree', 'prodigyopt'],
  Keras: ['keras'],
  'scikit-learn': ['sklearn'],
  optax: ['optax'],
};

/** Which versions the tables are of. */
export const versionsText = (): string =>
  Object.entries(versions)
    .map(([library, version]) => `${library} ${version}`)
    .join(', ');

/** What stands between commas that are not in parentheses. */
const parts = (text: string): string[] => text.split(/,\s*(?![^(]*\))/);

/** The parameters of a name. */
function parametersOf(column: Column, name: string): Parameters {
  const bare = name.replace(/\(.*$/, '');
  const found = Object.keys(parameters).filter(
    (key) => LIBRARIES[column].includes(key.split('.')[0]!) && (key === bare || key.endsWith(`.${bare}`)),
  );
  if (found.length !== 1) throw new Error(`${column}: ${bare} is ${found.join(' or ') || 'not there'}`);
  return parameters[found[0]!]!;
}

function requireParameter(all: Parameters, parameter: string, of: string): string | null {
  const text = Object.hasOwn(all, parameter) ? all[parameter] : undefined;
  if (text === undefined) throw new Error(`${of} has no parameter ${parameter}`);
  return text;
}

/** The names of a column as code, each looked up with what stands in its parentheses. */
export function namesText(column: Column, names: string | undefined): string {
  if (names === undefined) return '–';
  return parts(names)
    .map((name) => {
      const all = parametersOf(column, name);
      const settings = /\((.*)\)$/.exec(name)?.[1];
      for (const setting of settings ? settings.split(/,\s*/) : []) {
        requireParameter(all, setting.replace(/=.*$/, ''), name);
      }
      return `\`${name}\``;
    })
    .join(', ');
}

/** A literal of Python, or undefined. */
function literal(text: string): unknown {
  const tuple = /^\((.*?),?\)$/.exec(text)?.[1];
  if (tuple !== undefined) return tuple.split(/,\s*/).map(literal);
  const quotient = /^([\d.]+) \/ ([\d.]+)$/.exec(text);
  if (quotient) return Number(quotient[1]) / Number(quotient[2]);
  const string = /^'(.*)'$/.exec(text)?.[1];
  if (string !== undefined) return string;
  const words: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };
  if (Object.hasOwn(words, text)) return words[text];
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

interface Found {
  /** As it stands in the table. */
  readonly text: string;
  /** Its default where it has one that can be compared. */
  readonly value?: unknown;
}

function find(column: Column, names: string, reference: string): Found {
  const setting = /^([\w.]+)=/.exec(reference)?.[1];
  const [, owner, parameter = '', index, words] =
    /^(?:([\w.]+)\.)?(\w+)(?:\[(\d+)\])?(?: \((.*)\))?$/.exec(setting ?? reference) ?? [];
  const candidates = owner ? parts(names).filter((name) => name.replace(/\(.*$/, '').endsWith(owner)) : parts(names);
  const name = candidates.find((each) => Object.hasOwn(parametersOf(column, each), parameter));
  if (name === undefined) throw new Error(`${column}: ${names} has no parameter ${reference}`);
  if (setting) {
    const set = reference.slice(owner ? owner.length + 1 : 0);
    return { text: `by \`${owner ? `${owner}(${set})` : set}\`` };
  }
  const text = requireParameter(parametersOf(column, name), parameter, name);
  const after = words ? ` (${words})` : '';
  if (text === null) return { text: `\`${parameter}\`, required${after}` };
  const whole = literal(text);
  const value = index === undefined ? whole : (whole as unknown[])[Number(index)];
  if (index !== undefined && value === undefined) throw new Error(`${column}: ${reference} of ${text}`);
  const shown = index === undefined ? text : value === null ? 'None' : String(value);
  const stated = `${parameter}${index === undefined ? '' : `[${index}]`}=${shown}`;
  return { text: `\`${owner ? `${owner}(${stated})` : stated}\`${after}`, value };
}

/** What a cell says. */
export function cellText(column: Column, names: string | undefined, cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell !== 'string') {
    if (cell.words.includes('=')) throw new Error(`words state a default: ${cell.words}`);
    return cell.words;
  }
  if (names === undefined) throw new Error(`${column}: ${cell} of nothing`);
  return parts(cell)
    .map((each) => find(column, names, each).text)
    .join(', ');
}

/** The default of PyTorch for an option, or undefined where there is none to compare with. */
export function pytorchDefault({ names, options }: Counterpart, option: string): unknown {
  const cell = options?.[option]?.[0];
  if (typeof cell !== 'string' || names[0] === undefined) return undefined;
  return find('PyTorch', names[0], parts(cell)[0]!).value;
}

/** What is wrong with a counterpart: names and parameters that are not there, differences that are not said. */
export function wrong(
  counterpart: Counterpart,
  section: string,
  fields: Readonly<Record<string, { readonly fallback?: unknown }>>,
): string[] {
  const { names, options = {}, differs = {} } = counterpart;
  const found: string[] = [];
  const attempt = (look: () => unknown): unknown => {
    try {
      return look();
    } catch (error) {
      found.push(`a right row in scripts/pages/elsewhere.ts: ${(error as Error).message}`);
      return undefined;
    }
  };
  for (const [i, column] of columnsOf(section).entries()) {
    attempt(() => namesText(column, names[i]));
    for (const cells of Object.values(options)) attempt(() => cellText(column, names[i], cells[i]));
  }
  if (found.length > 0) return found;
  for (const [option, field] of Object.entries(fields)) {
    const theirs = pytorchDefault(counterpart, option);
    const ours = field.fallback;
    const different = theirs !== undefined && ours !== undefined && JSON.stringify(theirs) !== JSON.stringify(ours);
    if (different && !differs[option]) {
      found.push(`a note why ${option} is ${JSON.stringify(ours)} and not ${JSON.stringify(theirs)} as in PyTorch`);
    }
    if (!different && differs[option]) found.push(`a default of ${option} that differs from PyTorch, as its note says`);
  }
  for (const option of Object.keys(differs))
    if (!(option in fields)) found.push(`the option ${option} that a note names`);
  return found;
}
