/** The committed extracts against what is published about them, and the loaders against the files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DataSet,
  loadAlice,
  loadDigits,
  loadPenguins,
  loadSeed,
  loadSensors,
  loadWages,
} from '../../examples/data/index.ts';

type Floats = Float32Array | Float64Array;

function column(data: DataSet<Floats, Float64Array | Int32Array>, name: string): number[] {
  const [rows, columns] = data.shape;
  const j = data.featureNames.indexOf(name);
  assert.ok(j >= 0, name);
  return Array.from({ length: rows }, (_, i) => data.x[i * columns + j]!);
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

function counts(labels: Iterable<number>, classes: number): number[] {
  const result = new Array<number>(classes).fill(0);
  for (const label of labels) result[label]!++;
  return result;
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `expected ${expected} ± ${tolerance}, got ${actual}`);
}

function wellFormed(data: DataSet<Floats, Float64Array | Int32Array>): void {
  const [rows, columns] = data.shape;
  assert.is(data.x.length, rows * columns);
  assert.is(data.y.length, rows);
  assert.is(data.featureNames.length, columns);
  assert.ok(data.x.every(Number.isFinite) && data.y.every(Number.isFinite));
}

/** Coefficients of least squares with an intercept first, by normal equations and Gaussian elimination. */
function leastSquares(data: DataSet<Floats, Float64Array | Int32Array>): number[] {
  const [rows, columns] = data.shape;
  const size = columns + 1;
  const system = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (let i = 0; i < rows; i++) {
    const row = [1, ...data.x.subarray(i * columns, (i + 1) * columns), data.y[i]!];
    for (let a = 0; a < size; a++) for (let b = 0; b <= size; b++) system[a]![b]! += row[a]! * row[b]!;
  }
  for (let a = 0; a < size; a++) {
    for (let below = a + 1; below < size; below++) {
      const factor = system[below]![a]! / system[a]![a]!;
      for (let b = a; b <= size; b++) system[below]![b]! -= factor * system[a]![b]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let a = size - 1; a >= 0; a--) {
    let rest = system[a]![size]!;
    for (let b = a + 1; b < size; b++) rest -= system[a]![b]! * solution[b]!;
    solution[a] = rest / system[a]![a]!;
  }
  return solution;
}

test('wages: counts and ranges as in CPS1985 of the R package AER', () => {
  const data = loadWages();
  wellFormed(data);
  assert.equal(data.shape, [534, 16]);
  const total = (name: string): number => sum(column(data, name));
  assert.is(total('female'), 245);
  assert.is(total('union'), 96);
  assert.is(total('married'), 350);
  assert.is(total('south'), 156);
  assert.equal([total('race:hispanic'), total('race:other')], [27, 67]);
  const occupations = ['clerical', 'management', 'professional', 'sales', 'service'];
  assert.equal(
    occupations.map((name) => total(`occupation:${name}`)),
    [97, 55, 105, 38, 83],
  );
  assert.equal([total('sector:construction'), total('sector:manufacturing')], [24, 99]);
  assert.equal([Math.min(...data.wages), Math.max(...data.wages)], [1, 44.5]);
  // Berndt 1991, chapter 5: the mean of LNWAGE is 2.059. Mean wage: 9.02 dollars.
  near(mean(data.y), 2.059, 5e-4);
  near(mean(data.wages), 9.024, 5e-4);
});

test('wages: the columns are independent, and least squares agrees with numpy.linalg.lstsq (2.4.6, f64)', () => {
  const expected = [
    0.9411144208003921, 0.0603535229684914, 0.030723772274854035, -0.04860579141662404, -0.22390916972787922,
    0.21103570719565032, 0.023742340678263568, -0.08186915069133645, -0.09720004013585305, -0.09361261647880932,
    0.07407011588785786, 0.28425308486853085, 0.24314004143076287, -0.06377756319366285, -0.08267694287467342,
    0.10704394390840724, 0.13683275626861993,
  ];
  const actual = leastSquares(loadWages());
  assert.is(actual.length, expected.length);
  // Normal equations square the condition number, 204: some 1e-16 · 204² is lost.
  actual.forEach((value, i) => {
    near(value, expected[i]!, 1e-11);
  });
});

test('penguins: counts, ranges and means as in the documentation of the R package palmerpenguins', () => {
  const data = loadPenguins();
  wellFormed(data);
  assert.equal(data.shape, [342, 4]);
  assert.is(data.dropped, 2);
  assert.equal(counts(data.y, 3), [151, 68, 123]);
  const summary: [string, number, number, number][] = [
    ['bill_length_mm', 32.1, 43.92, 59.6],
    ['bill_depth_mm', 13.1, 17.15, 21.5],
    ['flipper_length_mm', 172, 200.9, 231],
    ['body_mass_g', 2700, 4202, 6300],
  ];
  for (const [name, minimum, average, maximum] of summary) {
    const values = column(data, name);
    assert.is(Math.min(...values), minimum);
    assert.is(Number(mean(values).toPrecision(4)), average);
    assert.is(Math.max(...values), maximum);
  }
});

test('penguins with sex and island: 333 complete rows', () => {
  const data = loadPenguins({ sexAndIsland: true });
  wellFormed(data);
  assert.equal(data.shape, [333, 7]);
  assert.is(data.dropped, 11);
  assert.equal(counts(data.y, 3), [146, 68, 119]);
  assert.is(sum(column(data, 'sex:male')), 168);
  assert.equal([sum(column(data, 'island:Dream')), sum(column(data, 'island:Torgersen'))], [123, 47]);
});

test('sensors: rows and events per mote as in the four files of the original', () => {
  const data = loadSensors();
  wellFormed(data);
  assert.equal(data.shape, [18914, 3]);
  assert.equal(counts(data.mote, 5), [0, 4417, 4417, 5039, 5041]);
  assert.equal(counts(data.y, 2), [18914 - 149, 149]);
  const events = data.mote.filter((_, i) => data.y[i] === 1);
  assert.equal(counts(events, 5), [0, 117, 0, 0, 32]);
  const humidity = column(data, 'humidity');
  const temperature = column(data, 'temperature');
  assert.equal([humidity[0], temperature[0]], [45.93, 27.97]);
  assert.equal([Math.min(...humidity), Math.max(...humidity)], [34.57, 91.61]);
  assert.equal([Math.min(...temperature), Math.max(...temperature)], [22.77, 56.56]);
  assert.equal(
    column(data, 'indoor'),
    Array.from(data.mote, (mote) => Number(mote <= 2)),
  );
});

test('digits: the class counts of the first 10,000 training images of MNIST, the same shares in both parts', () => {
  const data = loadDigits();
  wellFormed(data);
  assert.equal(data.shape, [10000, 784]);
  const all = counts(data.y, 10);
  assert.equal(all, [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  const training = counts(data.y.subarray(0, data.trainingRows), 10);
  training.forEach((count, digit) => {
    near(count, 0.8 * all[digit]!, 1);
  });
});

test('digits: values are bytes over 255, mean and deviation as numpy finds them', () => {
  const { x } = loadDigits();
  let total = 0;
  let squares = 0;
  let bytes = true;
  for (const value of x) {
    total += value;
    squares += value * value;
    const byte = Math.round(value * 255);
    bytes &&= byte >= 0 && byte <= 255 && value === Math.fround(byte / 255);
  }
  assert.ok(bytes);
  const average = total / x.length;
  near(average, 0.13112575, 1e-8);
  near(Math.sqrt(squares / x.length - average ** 2), 0.30869855, 1e-8);
});

test('digits: the bytes are those that were extracted', () => {
  const bytes = gunzipSync(readFileSync('examples/data/digits.bin.gz'));
  assert.is(
    createHash('sha256').update(bytes).digest('hex'),
    'ae4907044174637358c4ead202bec1ca9e0c19a3fdee18a1dfee908e0727c917',
  );
});

test('alice: the characters are those that were extracted', () => {
  const { text, alphabet, codes } = loadAlice();
  assert.is(text.length, 143_161);
  assert.is(alphabet.length, 70);
  assert.is(
    createHash('sha256').update(text).digest('hex'),
    '3d1d1d4b263a82a74ca3a6ae1f82ba7e7086e4d11db6a1879df7895c12128620',
  );
  assert.is(Array.from(codes, (code) => alphabet[code]).join(''), text);
  assert.is(text.split('\n').filter((line) => /^CHAPTER [IVX]+$/.test(line)).length, 12);
});

test('seed: the least-squares line of the reference fits the points', () => {
  const data = loadSeed();
  wellFormed(data);
  assert.equal(data.shape, [100, 1]);
  const [intercept, slope] = leastSquares(data);
  near(intercept!, data.reference.intercept, 1e-13);
  near(slope!, data.reference.slope, 1e-13);
  near(sum(data.y.map((y, i) => (y - intercept! - slope! * data.x[i]!) ** 2)), data.reference.rss, 1e-12);
});

test.run();
