/** Kernels of metrics: sums written out, over every number of rows around the width of a vector. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dtypes, eighths, paddedLength, rowMajor, sizeOf } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

/** Weights in eighths, some of them 0. */
const weightsOf = (rows: number, next: () => number): Float64Array =>
  Float64Array.from({ length: rows }, () => Math.max(0, next()));

for (const dtype of dtypes) {
  test(`widen ${dtype}: columns side by side, nothing of the padding`, () => {
    for (const columns of [1, 2, 3, 5]) {
      for (let rows = 1; rows <= 19; rows++) {
        sandbox((box) => {
          const next = eighths(rows * 10 + columns);
          const width = columns === 1 ? 1 : paddedLength(dtype, columns);
          const z = rowMajor(dtype, rows, columns, width, next, Number.NaN);
          const to = box.output(new Float64Array(rows * columns));
          box.call('widen', dtype, [box.input(z), width * sizeOf(dtype), rows, columns, to]);
          const expected = [...z].filter((_, i) => i % width < columns);
          assert.equal([...box.floats('f64', to, rows * columns)], expected);
        });
      }
    }
  });

  for (const weighted of [false, true]) {
    test(`scores, radix, curve ${dtype}${weighted ? ', weighted' : ''}: pairs of rows, and steps of recall`, () => {
      for (let rows = 1; rows <= 41; rows++) {
        sandbox((box) => {
          const next = eighths(rows * 7 + Number(weighted));
          // Few values, so that many are equal; both zeros, subnormals and the largest numbers among them.
          const special = [0, -0, 1e-40, -1e-40, 3e38, -3e38];
          const z = rowMajor(dtype, rows, 1, 1, (i) => (i % 5 === 0 ? special[(i / 5) % 6]! : Math.trunc(next())));
          const y = Int32Array.from({ length: rows }, () => Number(next() > 0));
          const s = weighted ? weightsOf(rows, next) : new Float64Array(rows).fill(1);
          const size = sizeOf(dtype);
          let from = box.output(new Uint8Array(rows * 2 * size));
          let to = box.output(new Uint8Array(rows * 2 * size));
          const counts = box.output(new Uint32Array(size * 256));
          const out = box.output(new Float64Array(4));
          const weights = weighted ? box.input(rowMajor(dtype, 1, rows, rows, (_, i) => s[i]!)) : 0;
          box.call('scores', dtype, [box.input(z), size, box.input(y), 1, weights, rows, from, counts, out]);
          const kept = Array.from(z, (_, i) => i).filter((i) => s[i]! > 0);
          const items = box.engine.u32[out >>> 2]!;
          assert.is(items, kept.length);
          if (items === 0) return;
          for (let i = 0; i < size; i++) {
            box.call('radix', dtype, [from, to, items, i, counts]);
            [from, to] = [to, from];
          }
          box.call('curve', dtype, [from, items, out]);
          let [area, precision, all, rest] = [0, 0, 0, 0];
          for (const i of kept) {
            if (y[i] === 1) all += s[i]!;
            else rest += s[i]!;
            // Of all pairs those in the right order, equal ones by half.
            if (y[i] === 0) continue;
            for (const j of kept) {
              if (y[j] === 0) area += s[i]! * s[j]! * (z[i]! > z[j]! ? 1 : z[i] === z[j] ? 0.5 : 0);
            }
          }
          for (const threshold of new Set(kept.map((i) => z[i]! + 0).sort((a, b) => b - a))) {
            const above = kept.filter((i) => z[i]! >= threshold);
            const sum = (of: number[]): number => of.reduce((total, i) => total + s[i]!, 0);
            const positive = above.filter((i) => y[i] === 1);
            const step = sum(positive.filter((i) => z[i] === threshold));
            precision += step * (sum(positive) / sum(above));
          }
          // Sums of eighths are exact, in every order; the precisions are added in the same one.
          assert.equal([...box.floats('f64', out, 4)], [area, precision, all, rest], `${rows} rows`);
        });
      }
    });
  }
}

for (const weighted of [false, true]) {
  test(`argmax, tally, topK${weighted ? ', weighted' : ''}: of equal ones the first`, () => {
    for (const columns of [1, 2, 3, 5, 10]) {
      for (let rows = 1; rows <= 23; rows++) {
        sandbox((box) => {
          const next = eighths(rows * 100 + columns);
          const classes = Math.max(2, columns);
          const z = Float64Array.from({ length: rows * columns }, () => Math.trunc(next()));
          const y = Int32Array.from({ length: rows }, (_, i) => (i * 7 + rows) % classes);
          const s = weighted ? weightsOf(rows, next) : undefined;
          const rowsOfZ = Array.from(y, (_, i) => [...z.subarray(i * columns, (i + 1) * columns)]);
          const guesses = rowsOfZ.map((row) => (columns === 1 ? Number(row[0]! > 0) : row.indexOf(Math.max(...row))));
          const predicted = box.output(new Int32Array(rows));
          box.call('argmax', '', [box.input(z), rows, columns, predicted]);
          assert.equal([...box.engine.i32.subarray(predicted >>> 2, (predicted >>> 2) + rows)], guesses);

          const weights = s ? box.input(s) : 0;
          const labels = box.input(y);
          const sums = box.output(new Float64Array(3 * classes));
          const matrix = box.output(new Float64Array(classes * classes));
          box.call('tally', '', [labels, predicted, weights, rows, classes, sums, matrix]);
          const tally = new Float64Array(3 * classes);
          const confusion = new Float64Array(classes * classes);
          y.forEach((label, i) => {
            const weight = s?.[i] ?? 1;
            if (label === guesses[i]) tally[label]! += weight;
            tally[classes + label]! += weight;
            tally[2 * classes + guesses[i]!]! += weight;
            confusion[label * classes + guesses[i]!]! += weight;
          });
          assert.equal([...box.floats('f64', sums, 3 * classes)], [...tally]);
          assert.equal([...box.floats('f64', matrix, classes * classes)], [...confusion]);
          if (columns === 1) return;
          for (let k = 1; k < classes; k++) {
            const out = box.output(new Float64Array(2));
            box.call('topK', '', [box.input(z), labels, weights, rows, classes, k, out]);
            let hits = 0;
            y.forEach((label, i) => {
              const row = rowsOfZ[i]!;
              const order = row.map((_, j) => j).sort((a, b) => row[b]! - row[a]! || a - b);
              if (order.slice(0, k).includes(label)) hits += s?.[i] ?? 1;
            });
            const all = y.reduce((sum, _, i) => sum + (s?.[i] ?? 1), 0);
            assert.equal([...box.floats('f64', out, 2)], [hits, all]);
          }
        });
      }
    }
  });

  test(`residuals${weighted ? ', weighted' : ''}: one column of several`, () => {
    for (let rows = 2; rows <= 23; rows++) {
      sandbox((box) => {
        const next = eighths(rows);
        const z = Float64Array.from({ length: rows * 3 }, () => Math.abs(next()) + 0.5);
        const y = Float64Array.from({ length: rows * 3 }, () => Math.abs(next()));
        const s = weighted ? weightsOf(rows, next).fill(1, 0, 1) : undefined;
        const out = box.output(new Float64Array(7));
        const [at, of] = [box.input(z), box.input(y)];
        box.call('residuals', '', [at + 8, of + 8, 24, s ? box.input(s) : 0, rows, 1, out]);
        const each = Array.from({ length: rows }, (_, i) => ({ z: z[3 * i + 1]!, y: y[3 * i + 1]!, s: s?.[i] ?? 1 }));
        const sum = (value: (row: { z: number; y: number }) => number): number =>
          each.reduce((total, row) => total + (row.s > 0 ? row.s * value(row) : 0), 0);
        const all = sum(() => 1);
        const mean = sum((row) => row.y) / all;
        const bias = sum((row) => row.z - row.y) / all;
        const expected = [
          all,
          sum((row) => (row.z - row.y) ** 2),
          sum((row) => Math.abs(row.z - row.y)),
          sum((row) => Math.abs(row.z - row.y) / Math.max(row.y, Number.EPSILON)),
          sum((row) => (row.y - mean) ** 2),
          sum((row) => (row.z - row.y - bias) ** 2),
          sum((row) => 2 * ((row.y === 0 ? 0 : row.y * Math.log(row.y / row.z)) - row.y + row.z)),
        ];
        const got = box.floats('f64', out, 7);
        expected.forEach((value, i) => {
          const off = Math.abs(got[i]! - value);
          assert.ok(off <= 1e-14 * Math.max(1, Math.abs(value)) * rows, `${rows} rows, sum ${i}: ${got[i]}, ${value}`);
        });
      });
    }
  });
}

test('logarithms of probabilities: extreme logits, and scoring of them', () => {
  sandbox((box) => {
    // One column: the second of two classes. ln(1 + e^−40) and −800 are what a naive sigmoid loses.
    const z = Float64Array.of(0, 40, -40, 800, -800, 1e4);
    const logs = box.output(new Float64Array(12));
    box.call('ofLogits', '', [box.input(z), 6, 1, logs]);
    const half = -Math.LN2;
    const tiny = -Math.log1p(Math.exp(-40));
    const far = [-40 + tiny, tiny];
    const expected = [half, half, ...far, far[1]!, far[0]!, -800, 0, 0, -800, -1e4, 0];
    [...box.floats('f64', logs, 12)].forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) <= 2 ** -52 * Math.abs(expected[i]!), `${i}: ${value}, ${expected[i]}`);
    });
    // The fourth row is surely right; the fifth surely wrong, but weighs nothing.
    const out = box.output(new Float64Array(3));
    const labels = box.input(Int32Array.of(0, 1, 0, 1, 1, 1));
    box.call('scoring', '', [logs, labels, box.input(Float64Array.of(2, 0, 0, 1, 0, 1)), 6, 2, out]);
    assert.equal([...box.floats('f64', out, 3)], [2 * Math.LN2, 1, 4]);
  });
  sandbox((box) => {
    // Probabilities are brought to a sum of 1, and away from 0.
    const logs = box.output(new Float64Array(6));
    box.call('ofProbabilities', '', [box.input(Float64Array.of(0.2, 0.2, 0.4, 1, 0, 0)), 2, 3, logs]);
    const expected = [Math.log(0.25), Math.log(0.25), Math.log(0.5), 0, Math.log(2 ** -52), Math.log(2 ** -52)];
    [...box.floats('f64', logs, 6)].forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) <= 5e-16 * Math.max(1, Math.abs(value)), `${i}: ${value}`);
    });
  });
});

test.run();
