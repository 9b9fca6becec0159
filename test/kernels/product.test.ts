/** product1 … product4: a linear model with several outputs, against the sums written out. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { dtypes, eighths, paddedLength, reals, rowMajor, sizeOf, unit } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

const UP_TO = 67;
const panels = [1, 2, 3, 4] as const;
const FORWARD = 0;
const BACKWARD = 2;

interface Problem {
  /** Vectors of a panel. */
  readonly panel: number;
  readonly features: number;
  readonly outputs: number;
  readonly rows: number;
  /** Row of the data at which the block begins. */
  readonly first?: number;
  readonly gathered?: boolean;
  /** Vectors from row to row of X beyond the row itself. */
  readonly gap?: number;
  readonly next?: () => number;
}

/** NaN lies wherever nothing must be read, and in the padding of the outputs, whose columns only meet each other. */
function place(dtype: Dtype, problem: Problem) {
  const { panel, features, outputs, rows, first = 2, gathered = false, gap = 0, next = eighths(outputs) } = problem;
  const lanes = 16 / sizeOf(dtype);
  const width = Math.ceil(outputs / (lanes * panel)) * lanes * panel;
  const stride = paddedLength(dtype, features) + gap * lanes;
  const from = gathered ? 0 : first;
  const all = from + rows;
  const x = rowMajor(dtype, all, features, stride, (i) => (i < from ? Number.NaN : next()), Number.NaN);
  const at = (row: number, column: number): number => x[(from + row) * stride + column]!;
  return { panel, features, outputs, rows, first, gathered, width, stride: stride * sizeOf(dtype), x, at, next };
}

function checkForward(dtype: Dtype, problem: Problem, keep: boolean, compare: typeof exactly = exactly): void {
  sandbox((box) => {
    const p = place(dtype, problem);
    const { features, outputs, rows, first, width, at, next } = p;
    const w = rowMajor(dtype, features, outputs, width, next, Number.NaN);
    const b = rowMajor(dtype, 1, outputs, width, next, Number.NaN);
    const before = keep ? first : 0;
    const z = box.output(rowMajor(dtype, before + rows, 0, width, () => 0, 5));
    const cursor = box.cursor({ start: 1, row: first - 1, block: rows });
    const mode = FORWARD + Number(p.gathered);
    const model = [features, box.input(w), width * sizeOf(dtype), box.input(b)];
    const words = [cursor, mode, box.input(p.x), p.stride, ...model, z, 0, 0, Number(keep)];
    box.call(`product${p.panel}`, dtype, words);
    const found = box.floats(dtype, z, (before + rows) * width);
    for (let i = 0; i < before * width; i++) assert.is(found[i], 5);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < outputs; k++) {
        const terms = [b[k]!];
        for (let j = 0; j < features; j++) terms.push(at(i, j) * w[j * width + k]!);
        compare(dtype, found[(before + i) * width + k]!, terms);
      }
    }
  });
}

function checkBackward(dtype: Dtype, problem: Problem, fresh: boolean, compare: typeof exactly = exactly): void {
  sandbox((box) => {
    const p = place(dtype, problem);
    const { features, outputs, rows, first, width, at, next } = p;
    const r = rowMajor(dtype, rows, outputs, width, next, Number.NaN);
    const value = fresh ? () => Number.NaN : next;
    const start = rowMajor(dtype, features, outputs, width, value);
    const startBias = rowMajor(dtype, 1, outputs, width, value);
    const g = box.output(start);
    const gb = box.output(startBias);
    const cursor = box.cursor({ start: fresh ? first : first - 1, row: fresh ? 0 : 1, block: rows });
    const mode = BACKWARD + Number(p.gathered);
    const words = [cursor, mode, box.input(p.x), p.stride, features, 0, width * sizeOf(dtype), 0, box.input(r), g, gb];
    box.call(`product${p.panel}`, dtype, words);
    const found = box.floats(dtype, g, features * width);
    const foundBias = box.floats(dtype, gb, width);
    for (let k = 0; k < outputs; k++) {
      for (let j = 0; j < features; j++) {
        const terms = [fresh ? 0 : start[j * width + k]!];
        for (let i = 0; i < rows; i++) terms.push(at(i, j) * r[i * width + k]!);
        compare(dtype, found[j * width + k]!, terms);
      }
      const terms = [fresh ? 0 : startBias[k]!];
      for (let i = 0; i < rows; i++) terms.push(r[i * width + k]!);
      compare(dtype, foundBias[k]!, terms);
    }
  });
}

const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);

function exactly(_: Dtype, found: number, terms: readonly number[]): void {
  assert.is(found, sum(terms));
}

/** Higham, Accuracy and Stability (2002), 3.1: whatever the order of a sum of n products; twice, for our own sum. */
function nearly(dtype: Dtype, found: number, terms: readonly number[]): void {
  const bound = (dtype === 'f64' ? 2 : 1.001) * (terms.length + 1) * unit[dtype] * sum(terms.map(Math.abs));
  assert.ok(Math.abs(found - sum(terms)) <= bound, `${found} for ${sum(terms)}, off by more than ${bound}`);
}

for (const dtype of dtypes) {
  for (const panel of panels) {
    const check = (problem: Omit<Problem, 'panel'>, flag: boolean): void => {
      checkForward(dtype, { panel, ...problem }, flag);
      checkBackward(dtype, { panel, ...problem }, flag);
    };

    test(`product${panel} ${dtype}: every number of features`, () => {
      for (let features = 1; features <= UP_TO; features++) {
        for (const rows of [1, 2, 5, 8]) check({ features, outputs: 3, rows, gathered: rows % 2 === 0 }, rows > 2);
      }
    });

    test(`product${panel} ${dtype}: every number of outputs`, () => {
      for (let outputs = 1; outputs <= UP_TO; outputs++) {
        for (const features of [1, 5]) check({ features, outputs, rows: 7, gap: features % 2 }, outputs % 2 === 0);
      }
    });

    test(`product${panel} ${dtype}: every number of rows`, () => {
      for (let rows = 1; rows <= UP_TO; rows++) {
        for (const gathered of [false, true]) {
          check({ features: 6, outputs: 10, rows, gathered, first: 1 + (rows % 5) }, gathered);
          check({ features: 9, outputs: 2, rows, gathered, gap: 3 }, !gathered);
        }
      }
    });

    test(`product${panel} ${dtype}: rounding within n·u·Σ|xw|`, () => {
      const problem = { panel, features: 151, outputs: 19, rows: 203, next: reals(dtype, panel) };
      checkForward(dtype, problem, false, nearly);
      checkBackward(dtype, problem, true, nearly);
    });
  }

  test(`product ${dtype}: the same bits in place, gathered, and with every panel`, () => {
    // Every element is one sum over the depth in order.
    const results = panels.flatMap((panel) =>
      [false, true].map((gathered) =>
        sandbox((box) => {
          const p = place(dtype, { panel, features: 37, outputs: 11, rows: 29, gathered, next: reals(dtype, 4) });
          const w = box.input(rowMajor(dtype, 37, 11, p.width, p.next));
          const b = box.input(rowMajor(dtype, 1, 11, p.width, p.next));
          const z = box.output(rowMajor(dtype, 29, 0, p.width, () => 0));
          const cursor = box.cursor({ row: p.first, block: 29 });
          const words = [cursor, FORWARD + Number(gathered), box.input(p.x), p.stride, 37, w, p.width * sizeOf(dtype)];
          box.call(`product${panel}`, dtype, [...words, b, z, 0, 0, 0]);
          const found = box.floats(dtype, z, 29 * p.width);
          return Array.from({ length: 29 * 11 }, (_, i) => found[Math.floor(i / 11) * p.width + (i % 11)]);
        }),
      ),
    );
    for (const other of results) assert.equal(other, results[0]);
  });
}

test.run();
