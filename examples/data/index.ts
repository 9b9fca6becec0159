/**
 * Loaders for the data sets of the examples, for Node. Where the data come from and what was changed: README.md here.
 *
 * Every loader gives a row-major feature matrix with its shape and column names, and targets, as a model takes them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export interface DataSet<X extends Float32Array | Float64Array, Y extends Int32Array | Float64Array> {
  /** Features, row by row. */
  readonly x: X;
  /** Rows and columns of `x`. */
  readonly shape: readonly [rows: number, columns: number];
  readonly featureNames: readonly string[];
  /** Targets: numbers, or class indices. */
  readonly y: Y;
}

/** Compiled code lies in build/, the data do not: they are in this folder or in one of the same name further up. */
function find(name: string): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'examples', 'data', name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`no examples/data/${name} in ${start} or above it`);
  }
}

function read(name: string): Uint8Array {
  const bytes = readFileSync(find(name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

type Row = Readonly<Record<string, string>>;

/** The files here need no quotes: no field holds a comma. */
function readCsv(name: string): Row[] {
  const [header = '', ...lines] = new TextDecoder().decode(read(name)).trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line, i) => {
    const fields = line.split(',');
    if (fields.length !== names.length) {
      throw new Error(`${name}: expected ${names.length} fields in line ${i + 2}, got ${fields.length}`);
    }
    return Object.fromEntries(names.map((column, j) => [column, fields[j]!]));
  });
}

type Column = readonly [name: string, value: (row: Row) => number];

const numeric = (name: string): Column => [name, (row) => Number(row[name])];

/** One column of zeros and ones per level, named `column:level`. The reference level is left out of `levels`. */
const indicators = (name: string, levels: readonly string[]): Column[] =>
  levels.map((level) => [`${name}:${level}`, (row) => Number(row[name] === level)]);

function matrix(rows: readonly Row[], columns: readonly Column[]) {
  return {
    x: Float64Array.from(rows.flatMap((row) => columns.map(([, value]) => value(row)))),
    shape: [rows.length, columns.length] as const,
    featureNames: columns.map(([name]) => name),
  };
}

/**
 * Wages of 534 workers in the United States, May 1985. `y` is ln(wage in dollars an hour), 16 features: schooling,
 * experience and its square in hundreds (Mincer's equation), and indicators whose reference is a white, male, unmarried
 * worker outside the South, outside a union, in the occupation and the sector `other`.
 *
 * Age is left out: it is education + experience + 6 in all rows but one. `wages` has the dollars.
 */
export function loadWages(): DataSet<Float64Array, Float64Array> & { readonly wages: Float64Array } {
  const rows = readCsv('wages.csv');
  const wages = Float64Array.from(rows, (row) => Number(row.wage));
  return {
    ...matrix(rows, [
      numeric('education'),
      numeric('experience'),
      ['experienceSquared', (row) => Number(row.experience) ** 2 / 100],
      ['female', (row) => Number(row.gender === 'female')],
      numeric('union'),
      numeric('married'),
      numeric('south'),
      ...indicators('race', ['hispanic', 'other']),
      ...indicators('occupation', ['clerical', 'management', 'professional', 'sales', 'service']),
      ...indicators('sector', ['construction', 'manufacturing']),
    ]),
    y: wages.map(Math.log),
    wages,
  };
}

export interface PenguinOptions {
  /** Adds `sex:male`, `island:Dream` and `island:Torgersen`. More rows are dropped: those without a sex. Default false. */
  readonly sexAndIsland?: boolean;
}

/**
 * Penguins of three species in the Palmer Archipelago: bill length and depth and flipper length in mm, body mass in g.
 * `y` is the index of the species in `classNames`. Of 344 rows, those with a missing value are dropped and counted in
 * `dropped`: 2, or 11 with `sexAndIsland`.
 */
export function loadPenguins(options: PenguinOptions = {}): DataSet<Float64Array, Int32Array> & {
  readonly classNames: readonly string[];
  readonly dropped: number;
} {
  const classNames = ['Adelie', 'Chinstrap', 'Gentoo'];
  const measurements = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];
  const all = readCsv('penguins.csv');
  const needed = options.sexAndIsland ? [...measurements, 'sex'] : measurements;
  const rows = all.filter((row) => needed.every((name) => row[name] !== ''));
  const columns = measurements.map(numeric);
  if (options.sexAndIsland) {
    columns.push(...indicators('sex', ['male']), ...indicators('island', ['Dream', 'Torgersen']));
  }
  return {
    ...matrix(rows, columns),
    y: Int32Array.from(rows, (row) => classNames.indexOf(row.species!)),
    classNames,
    dropped: all.length - rows.length,
  };
}

/**
 * 18,914 readings of four sensor motes: relative humidity in %, temperature in °C, and whether the mote stood indoors.
 * `y` is 1 during an event (149 readings in two unbroken runs, so split with a shuffle), else 0. `mote` is 1–4.
 */
export function loadSensors(): DataSet<Float64Array, Int32Array> & { readonly mote: Int32Array } {
  const rows = readCsv('sensors.csv.gz');
  return {
    ...matrix(rows, [numeric('humidity'), numeric('temperature'), numeric('indoor')]),
    y: Int32Array.from(rows, (row) => Number(row.event)),
    mote: Int32Array.from(rows, (row) => Number(row.mote)),
  };
}

/**
 * 10,000 handwritten digits, 28 × 28 grey values in [0, 1], row by row from the top left. `y` is the digit. The first
 * `trainingRows` = 8,000 rows are for training, the last 2,000 for testing; both hold the classes in the same proportions.
 */
export function loadDigits(): DataSet<Float32Array, Int32Array> & { readonly trainingRows: number } {
  const bytes = read('digits.bin.gz');
  const [rows, pixels] = [10000, 28 * 28];
  if (bytes.length !== rows * (pixels + 1)) {
    throw new Error(`digits.bin.gz: expected ${rows * (pixels + 1)} bytes, got ${bytes.length}`);
  }
  const x = new Float32Array(rows * pixels);
  for (let i = 0; i < x.length; i++) x[i] = bytes[i]! / 255;
  return {
    x,
    shape: [rows, pixels],
    featureNames: Array.from({ length: pixels }, (_, i) => `pixel:${Math.floor(i / 28)},${i % 28}`),
    y: Int32Array.from(bytes.subarray(rows * pixels)),
    trainingRows: 8000,
  };
}

/**
 * "Alice's Adventures in Wonderland": 143,161 characters of 70 kinds, paragraphs without line breaks, an empty line between
 * them. `codes` are positions in `alphabet`, which is sorted.
 */
export function loadAlice(): {
  readonly text: string;
  readonly alphabet: readonly string[];
  readonly codes: Uint8Array;
} {
  const text = new TextDecoder().decode(read('alice.txt.gz'));
  const alphabet = [...new Set(text)].sort();
  return { text, alphabet, codes: Uint8Array.from(text, (c) => alphabet.indexOf(c)) };
}

/** What is known about the data of {@link loadSeed}, from exact arithmetic. */
export interface SeedReference {
  readonly intercept: number;
  readonly slope: number;
  readonly se_intercept: number;
  readonly se_slope: number;
  readonly rss: number;
  readonly r2: number;
  readonly predictions: Readonly<Record<string, number>>;
  readonly no_intercept_slope: number;
  /** Intercept and slope after 1,000 steps of full-batch gradient descent on the mean squared error, from 0. */
  readonly gd_mean_lr0p01_1000: readonly [number, number];
  readonly gd_mean_lr0p1_1000: readonly [number, number];
}

/** 100 points of y = 2x + 1 + ½·normal, with the least-squares line and what gradient descent must reach. */
export function loadSeed(): DataSet<Float64Array, Float64Array> & { readonly reference: SeedReference } {
  const { source: _, x, y, ...reference } = JSON.parse(new TextDecoder().decode(read('seed-linear.json')));
  return {
    x: Float64Array.from(x),
    shape: [x.length, 1],
    featureNames: ['x'],
    y: Float64Array.from(y),
    reference,
  };
}
