/** Everything that has a page: specs by family, from the built library, and the sources that their comments stand in. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sources } from './comments.ts';
import * as elsewhere from './elsewhere.ts';
import type { Counterpart } from './others.ts';

/** As in src/spec.ts. */
export interface Field {
  expected(): string;
  readonly fallback?: unknown;
}

type Fields = Readonly<Record<string, Field>>;

/** A row of a loss in src/program/kernels.ts. */
export interface Row {
  readonly kind: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly targets: string;
  readonly range?: string;
  readonly link?: string;
  readonly meanOver: string;
  readonly alone?: boolean;
  readonly least?: number;
  readonly most?: number;
  readonly multiple?: number;
}

/** A row of src/program/optimizer-rows.ts. */
export interface UpdateRow {
  readonly kind: string;
  readonly file: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly slots: number;
  readonly metric: 'elements' | 'rate' | 'none';
  readonly per?: 'tensor';
  readonly factored?: boolean;
  readonly evaluates?: number;
}

/** What an optimizer is in the tables. */
export interface Update {
  /** Rows of its kind, that of its defaults first; none of a line search. */
  readonly rows: readonly UpdateRow[];
  /** Rows of a batch where nothing is said; undefined for the usual ones. */
  readonly batch: number | 'full' | undefined;
}

export interface Entry {
  readonly section: Section['name'];
  readonly name: string;
  readonly fields: Fields;
  readonly counterpart: Counterpart | undefined;
  /** Of a loss. */
  readonly row?: Row;
  /** Of an optimizer. */
  readonly update?: Update;
}

export interface Section {
  readonly name: 'losses' | 'penalties' | 'metrics' | 'schedules' | 'optimizers' | 'around';
  readonly title: string;
  /** Where its functions are declared. */
  readonly sources: Sources;
  readonly entries: readonly Entry[];
}

/** The public interface, as far as the pages call it. */
export interface Library {
  readonly [name: string]: unknown;
  lossAndGradient(
    spec: unknown,
    predictions: unknown,
    targets: unknown,
    options: { reduction: 'none' },
  ): { value: ArrayLike<number>; gradient: ArrayLike<number> };
  rates(spec: unknown, n: number): ArrayLike<number>;
  minimize(
    objective: (at: Float64Array, gradient: Float64Array) => number,
    start: readonly number[],
    options: { optimizer: unknown; maxSteps: number; tolerance: null },
  ): { parameters: Float64Array };
  parameters(shapes: Readonly<Record<string, readonly number[]>>): {
    readonly values: Readonly<Record<string, Float64Array>>;
    readonly gradients: Readonly<Record<string, Float64Array>>;
  };
  createOptimizer(parameters: unknown, spec: unknown): { step(): unknown };
}

/** The rules of a plateau, which are not public. */
export interface PlateauClass {
  new (spec: unknown): { update(metric: number, rate: number): number | undefined };
}

export interface Catalogue {
  readonly library: Library;
  readonly Plateau: PlateauClass;
  readonly sections: readonly Section[];
}

const lib = 'build/lib';

async function load(...paths: string[]): Promise<Record<string, unknown>> {
  const path = paths.map((each) => resolve(lib, each)).find(existsSync);
  if (!path) throw new Error(`${lib} has no ${paths.join(' or ')}: npm run build`);
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
}

function readSources(where: RegExp): Sources {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((name) => join('src', name).replace(/\\/g, '/'))
    .filter((path) => where.test(path))
    .sort();
  return new Map(files.map((path) => [path, readFileSync(path, 'utf8').replace(/\r\n/g, '\n')]));
}

export async function catalogue(): Promise<Catalogue> {
  const library = (await load('index.js')) as unknown as Library;
  const { losses } = await load('losses.js', 'losses/index.js');
  const { regularizers } = await load('regularizers.js', 'regularizers/index.js');
  const { metricFamily } = await load('program/metrics.js');
  const { schedules } = await load('schedules.js');
  const { Plateau } = (await load('plateau.js')) as unknown as { Plateau: PlateauClass };
  const { lossRows, lossKernels } = await load('program/loss-rows.js');
  const { optimizers, defaultBatch } = await load('optimizers/family.js');
  const { clips, averages, perturbations } = await load('around.js');
  const { optimizerRows, sameUpdate } = await load('program/optimizer-rows.js');
  const kinds = (family: unknown): Record<string, Fields> => (family as { kinds: Record<string, Fields> }).kinds;
  const section = (
    name: Section['name'],
    title: string,
    where: RegExp,
    all: Record<string, Fields>,
    counterparts: Readonly<Record<string, Counterpart>>,
    row: (kind: string) => Partial<Entry> = () => ({}),
  ): Section => ({
    name,
    title,
    sources: readSources(where),
    entries: Object.entries(all).map(([kind, fields]) => ({
      section: name,
      name: kind,
      fields,
      counterpart: counterparts[kind],
      ...row(kind),
    })),
  });
  return {
    library,
    Plateau,
    sections: [
      section('losses', 'Losses', /^src\/losses(\.|\/)/, kinds(losses), elsewhere.losses, (kind) => ({
        row: defaultRow((lossRows ?? lossKernels) as readonly Row[], kind, kinds(losses)[kind]!),
      })),
      section(
        'penalties',
        'Penalties and constraints',
        /^src\/regularizers(\.|\/)/,
        kinds(regularizers),
        elsewhere.penalties,
      ),
      section(
        'metrics',
        'Metrics',
        /^src\/(metrics|judge)(\.|\/)/,
        { ...kinds(metricFamily), confusionMatrix: {} },
        elsewhere.metrics,
      ),
      section('schedules', 'Schedules', /^src\/schedules(\.|\/)/, kinds(schedules), elsewhere.schedules),
      section(
        'optimizers',
        'Optimizers',
        /^src\/optimizers\//,
        withAmsgrad(kinds(optimizers)),
        elsewhere.optimizers,
        (kind) => ({
          update: {
            rows: updateRows(
              optimizerRows as readonly UpdateRow[],
              sameUpdate as Record<string, string>,
              kind,
              kinds(optimizers),
            ),
            batch: (defaultBatch as Record<string, number | 'full'>)[kind],
          },
        }),
      ),
      section(
        'around',
        'Clipping, averages, SAM',
        /^src\/around\.ts$/,
        { ...kinds(clips), ...kinds(averages), ...kinds(perturbations) },
        elsewhere.around,
      ),
    ],
  };
}

/** The row that a loss has with its defaults. */
function defaultRow(rows: readonly Row[], kind: string, fields: Fields): Row {
  const row = rows.find(
    (each) =>
      each.kind === kind && Object.entries(each.when ?? {}).every(([key, value]) => fields[key]?.fallback === value),
  );
  if (!row) throw new Error(`no row of ${kind} has its defaults`);
  return row;
}

/** AMSGrad is Adam with an option, and has a function of its own. */
function withAmsgrad(kinds: Readonly<Record<string, Fields>>): Record<string, Fields> {
  const { amsgrad: _, ...options } = kinds.adam!;
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, fields]) =>
      kind === 'adam'
        ? [
            [kind, fields],
            ['amsgrad', options],
          ]
        : [[kind, fields]],
    ),
  );
}

/** The rows of a kind, first the one that it has with its defaults. */
function updateRows(
  rows: readonly UpdateRow[],
  same: Readonly<Record<string, string>>,
  name: string,
  kinds: Readonly<Record<string, Fields>>,
): readonly UpdateRow[] {
  const kind = name === 'amsgrad' ? 'adam' : (same[name] ?? name);
  const set = name === 'amsgrad' ? { amsgrad: true } : {};
  const value = (option: string): unknown => ({ ...set })[option as 'amsgrad'] ?? kinds[kind]![option]?.fallback;
  const fits = (row: UpdateRow): boolean => Object.entries(row.when ?? {}).every(([key, one]) => value(key) === one);
  const own = rows.filter((row) => row.kind === kind);
  const first = own.find(fits);
  // Names of others, and AMSGrad, have no options that choose another row.
  if (kind !== name) return first ? [first] : [];
  return first ? [first, ...own.filter((row) => row !== first)] : [];
}
