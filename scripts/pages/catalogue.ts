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

export interface Entry {
  readonly section: Section['name'];
  readonly name: string;
  readonly fields: Fields;
  readonly counterpart: Counterpart | undefined;
  /** Of a loss. */
  readonly row?: Row;
}

export interface Section {
  readonly name: 'losses' | 'penalties' | 'metrics' | 'schedules';
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
