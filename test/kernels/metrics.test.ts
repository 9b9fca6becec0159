/** correct and residuals: the sums of metrics, written out. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dtypes, eighths, paddedLength, rowMajor, sizeOf } from '../helpers/numbers.ts';
import { sandbox } from '../helpers/sandbox.ts';

for (const dtype of dtypes) {
  for (const weighted of [false, true]) {
    test(`correct ${dtype}${weighted ? ', weighted' : ''}: argmax of every number of classes`, () => {
      for (const classes of [1, 2, 3, 5, 10, 17]) {
        for (let rows = 1; rows <= 67; rows++) {
          sandbox((box) => {
            const next = eighths(rows * 100 + classes);
            const width = classes === 1 ? 1 : paddedLength(dtype, classes);
            const z = rowMajor(dtype, rows, classes, width, next, Number.NaN);
            const s = rowMajor(dtype, 1, rows, rows, () => Math.abs(next()));
            const truth = Array.from({ length: rows }, (_, i) => (i * 7 + rows) % Math.max(classes, 2));
            const y = classes === 1 ? rowMajor(dtype, 1, rows, rows, (_, i) => truth[i]!) : Int32Array.from(truth);
            const out = box.output(new Float64Array(2));
            const weights = weighted ? box.input(s) : 0;
            const words = [box.input(z), box.input(y), weights, rows, classes, width * sizeOf(dtype), out];
            box.call('correct', dtype, words);
            let hits = 0;
            let all = 0;
            truth.forEach((label, i) => {
              const row = [...z.subarray(i * width, i * width + classes)];
              // The first of equal ones, as in NumPy; with one logit, the sign.
              const guess = classes === 1 ? Number(row[0]! > 0) : row.indexOf(Math.max(...row));
              const weight = weighted ? s[i]! : 1;
              if (guess === label) hits += weight;
              all += weight;
            });
            assert.equal([box.f64(out), box.f64(out + 8)], [hits, all], `${rows} × ${classes}`);
          });
        }
      }
    });

    test(`residuals ${dtype}${weighted ? ', weighted' : ''}: sums of one column of every number of outputs`, () => {
      for (const outputs of [1, 2, 3, 5]) {
        for (let rows = 1; rows <= 67; rows++) {
          for (let column = 0; column < outputs; column++) {
            sandbox((box) => {
              const next = eighths(rows * 10 + outputs);
              const width = outputs === 1 ? 1 : paddedLength(dtype, outputs);
              const z = rowMajor(dtype, rows, outputs, width, next, Number.NaN);
              const y = rowMajor(dtype, rows, outputs, width, next, Number.NaN);
              const s = rowMajor(dtype, 1, rows, rows, () => Math.abs(next()));
              const mean = 0.5;
              const out = box.output(Float64Array.of(0, 0, 0, 0, mean, 0));
              const weights = weighted ? box.input(s) : 0;
              box.call('residuals', dtype, [
                box.input(z),
                box.input(y),
                weights,
                rows,
                width * sizeOf(dtype),
                column,
                out,
              ]);
              const sums = [0, 0, 0, 0, mean, 0];
              for (let i = 0; i < rows; i++) {
                const weight = weighted ? s[i]! : 1;
                const target = y[i * width + column]!;
                const r = z[i * width + column]! - target;
                // Products of eighths: exact.
                sums[0]! += weight * r * r;
                sums[1]! += weight * Math.abs(r);
                sums[2]! += weight * target;
                sums[3]! += weight * (target - mean) ** 2;
                sums[5]! += weight;
              }
              assert.equal([...box.floats('f64', out, 6)], sums, `${rows} × ${outputs}, column ${column}`);
            });
          }
        }
      }
    });
  }
}

test.run();
