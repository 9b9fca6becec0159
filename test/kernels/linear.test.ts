/** margin and gradient: a linear model with one output, against the sums written out. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { dtypes, eighths, paddedLength, reals, rowMajor, sizeOf, unit } from '../helpers/numbers.ts';
import { type Sandbox, sandbox } from '../helpers/sandbox.ts';

const UP_TO = 67;
/** Sizes around the boundaries of vectors, of pairs of vectors and of four rows. */
const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 67];

const four = (rows: number): number => Math.ceil(rows / 4) * 4;

interface Problem {
  readonly features: number;
  /** Rows of the block, and the row of the data at which it begins. */
  readonly rows: number;
  readonly first: number;
  /** Vectors from row to row beyond the row itself, which no kernel may look at. */
  readonly gap?: number;
  readonly index?: readonly number[];
  readonly next?: () => number;
}

/** Data with NaN wherever nothing must be read: in the gap, and in the rows before and behind the block. */
function place(
  box: Sandbox,
  dtype: Dtype,
  { features, rows, first, gap = 0, index, next = eighths(features) }: Problem,
) {
  const width = paddedLength(dtype, features);
  const stride = width + (gap * 16) / sizeOf(dtype);
  const taken = Array.from({ length: rows }, (_, i) => (index ? index[first + i]! : first + i));
  const all = Math.max(...taken) + 1;
  const x = rowMajor(dtype, all, stride, stride, () => Number.NaN);
  for (const row of taken) for (let j = 0; j < width; j++) x[row * stride + j] = j < features ? next() : 0;
  const cursor = box.cursor({
    start: Math.min(first, 3),
    row: first - Math.min(first, 3),
    block: rows,
    ...(index && { index: box.input(Uint32Array.from(index)) }),
  });
  const at = (row: number, column: number): number => x[taken[row]! * stride + column]!;
  return {
    width,
    cursor,
    x: box.input(x),
    at,
    rowBytes: width * sizeOf(dtype),
    strideBytes: stride * sizeOf(dtype),
    next,
  };
}

function checkMargin(dtype: Dtype, problem: Problem, keep = false): void {
  sandbox((box) => {
    const { features, rows, first } = problem;
    const { width, cursor, x, at, rowBytes, strideBytes, next } = place(box, dtype, problem);
    const w = rowMajor(dtype, 1, features, width, next);
    const b = next();
    const bias = rowMajor(dtype, 1, 1, 1, () => b);
    const before = keep ? first : 0;
    const z = rowMajor(dtype, 1, 0, before + four(rows), () => 0, 5);
    const out = box.output(z);
    box.call('margin', dtype, [cursor, x, strideBytes, rowBytes, box.input(w), box.input(bias), out, Number(keep)]);
    const found = box.floats(dtype, out, z.length);
    for (let i = 0; i < before; i++) assert.is(found[i], 5);
    for (let i = 0; i < rows; i++) {
      let sum = b;
      for (let j = 0; j < features; j++) sum += at(i, j) * w[j]!;
      assert.is(found[before + i], sum, `${dtype}, ${features} features, row ${i} of ${rows}`);
    }
  });
}

function checkGradient(dtype: Dtype, problem: Problem, fresh: boolean): void {
  sandbox((box) => {
    const { features, rows } = problem;
    const { width, cursor, x, at, rowBytes, strideBytes, next } = place(box, dtype, problem);
    const r = rowMajor(dtype, 1, rows, four(rows), next);
    const start = rowMajor(dtype, 1, features, width, next);
    const startBias = rowMajor(dtype, 1, 1, 1, next);
    // What lies there before the first block of a leaf is no number at all.
    const g = box.output(fresh ? start.map(() => Number.NaN) : start);
    const gb = box.output(fresh ? startBias.map(() => Number.NaN) : startBias);
    box.call('gradient', dtype, [cursor, x, strideBytes, rowBytes, box.input(r), g, gb]);
    const found = box.floats(dtype, g, width);
    for (let j = 0; j < width; j++) {
      let sum = fresh || j >= features ? 0 : start[j]!;
      for (let i = 0; i < rows; i++) sum += j < features ? at(i, j) * r[i]! : 0;
      assert.is(found[j], sum, `${dtype}, ${rows} rows, feature ${j} of ${features}`);
    }
    let sum = fresh ? 0 : startBias[0]!;
    for (const value of r) sum += value;
    assert.is(box.floats(dtype, gb, 1)[0], sum, `${dtype}, bias of ${rows} rows`);
  });
}

for (const dtype of dtypes) {
  test(`margin ${dtype}: every number of features and rows`, () => {
    for (let features = 1; features <= UP_TO; features++) {
      for (let rows = 1; rows <= UP_TO; rows++) checkMargin(dtype, { features, rows, first: 0 });
    }
  });

  test(`margin ${dtype}: odd starts, rows apart, all rows kept`, () => {
    for (const features of EDGES) {
      for (const rows of [1, 3, 4, 6, 66]) {
        for (const first of [1, 3, 5, 31]) {
          for (const gap of [0, 1, 3]) {
            checkMargin(dtype, { features, rows, first, gap });
            checkMargin(dtype, { features, rows, first, gap }, true);
          }
        }
      }
    }
  });

  test(`gradient ${dtype}: every number of features and rows, from zero`, () => {
    for (let features = 1; features <= UP_TO; features++) {
      for (let rows = 1; rows <= UP_TO; rows++) checkGradient(dtype, { features, rows, first: 0 }, true);
    }
  });

  test(`gradient ${dtype}: adds to what is there behind the first block of a leaf`, () => {
    for (const features of EDGES) {
      for (const rows of EDGES) {
        checkGradient(dtype, { features, rows, first: 5, gap: features % 2 }, false);
        checkGradient(dtype, { features, rows, first: 3 + 4096, gap: 0 }, true);
      }
    }
  });

  test(`margin and gradient ${dtype}: through an index, repeated and out of order`, () => {
    const index = [9, 2, 2, 11, 0, 7, 5, 5, 5, 1, 3, 12];
    for (const features of EDGES) {
      for (const rows of [1, 2, 3, 4, 5, 8]) {
        for (const first of [1, 4]) {
          checkMargin(dtype, { features, rows, first, index, gap: features % 3 });
          checkGradient(dtype, { features, rows, first, index }, first < 4);
        }
      }
    }
  });

  test(`margin and gradient ${dtype}: rounding within n·u·Σ|xw|`, () => {
    // Higham, Accuracy and Stability (2002), 3.1: whatever the order of a sum of n products.
    sandbox((box) => {
      const problem = { features: 203, rows: 101, first: 1, next: reals(dtype, 8) };
      const { width, cursor, x, at, rowBytes, strideBytes, next } = place(box, dtype, problem);
      const w = rowMajor(dtype, 1, problem.features, width, next);
      const z = rowMajor(dtype, 1, 0, four(problem.rows), next);
      const out = box.output(z);
      const bias = rowMajor(dtype, 1, 1, 1, () => 0);
      box.call('margin', dtype, [cursor, x, strideBytes, rowBytes, box.input(w), box.input(bias), out, 0]);
      const found = box.floats(dtype, out, z.length);
      const within = (value: number, terms: readonly number[]): void => {
        const exact = terms.reduce((sum, term) => sum + term, 0);
        const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
        // Twice, for the sum in f64 that it is compared with.
        const bound = (dtype === 'f64' ? 2 : 1.001) * (terms.length + 1) * unit[dtype] * size;
        assert.ok(Math.abs(value - exact) <= bound, `${dtype}: ${value} for ${exact}, off by more than ${bound}`);
      };
      for (let i = 0; i < problem.rows; i++) {
        within(
          found[i]!,
          Array.from({ length: problem.features }, (_, j) => at(i, j) * w[j]!),
        );
      }
      const r = rowMajor(dtype, 1, problem.rows, four(problem.rows), next);
      const g = box.output(w.map(() => 0));
      const gb = box.output(bias);
      box.call('gradient', dtype, [cursor, x, strideBytes, rowBytes, box.input(r), g, gb]);
      const gradient = box.floats(dtype, g, width);
      for (let j = 0; j < problem.features; j++) {
        within(
          gradient[j]!,
          Array.from({ length: problem.rows }, (_, i) => at(i, j) * r[i]!),
        );
      }
      within(box.floats(dtype, gb, 1)[0]!, [...r]);
    });
  });
}

test.run();
