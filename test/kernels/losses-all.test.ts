/** Every loss by the public function: differences, reductions, weights, places, precisions, extremes. */
import { type LossSpec, lossAndGradient } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { numbers } from '#src/program/block.js';
import { lossRow } from '#src/program/loss.js';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { columnsOf, type LossRows, lossRows, lossSpecs, nameOf } from '../helpers/loss-specs.ts';
import { type LossCase, runLoss } from '../helpers/losses.ts';
import { dtypes } from '../helpers/numbers.ts';

type Reduction = 'mean' | 'sum' | 'none';

function take(loss: LossSpec, { z, y }: Pick<LossRows, 'z' | 'y'>, reduction: Reduction, dtype: Dtype, s?: number[]) {
  const targets = lossRow(loss).targets === 'none' ? null : y;
  const options = { reduction: reduction as 'none', dtype, ...(s && { sampleWeights: s }) };
  const { value, gradient } = lossAndGradient(loss, z, targets, options);
  const values: number[] = typeof value === 'number' ? [value] : [...value];
  return { values, total: values.reduce((a, b) => a + b, 0), gradient };
}

/** What the mean divides by, from the definition. */
function denominator(loss: LossSpec, { z, y }: LossRows, weights?: number[]): number {
  const row = lossRow(loss);
  const classes = 'classWeights' in loss ? loss.classWeights : null;
  const ignore = 'ignoreIndex' in loss ? loss.ignoreIndex : null;
  let sum = 0;
  z.forEach((_, i) => {
    const label = y[i]![0]!;
    const byClass = row.range !== 'index' ? 1 : label === ignore ? 0 : (classes?.[label] ?? 1);
    sum += (weights?.[i] ?? 1) * byClass;
  });
  return sum * (row.meanOver === 'outputs' ? z[0]!.length : 1);
}

for (const loss of lossSpecs) {
  test(`${nameOf(loss)}: central differences, every reduction, with and without weights`, () => {
    for (const columns of columnsOf(loss)) {
      const rows = lossRows('f64', loss, 6, columns, 40 + columns);
      for (const s of [undefined, rows.weights]) {
        const d = denominator(loss, rows, s);
        for (const reduction of ['mean', 'sum', 'none'] as const) {
          const { gradient, total } = take(loss, rows, reduction, 'f64', s);
          const sum = take(loss, rows, 'sum', 'f64', s).total;
          const expected = reduction === 'mean' ? sum / d : sum;
          assert.ok(Math.abs(total - expected) <= 1e-12 * Math.max(1, Math.abs(expected)), `${total} for ${expected}`);
          const h = 2 ** -18;
          rows.z.forEach((row, i) => {
            row.forEach((_, k) => {
              const moved = (by: number): number => {
                const z = rows.z.map((one, at) => one.map((v, c) => (at === i && c === k ? v + by : v)));
                return take(loss, { z, y: rows.y }, reduction, 'f64', s).total;
              };
              const slope = (moved(h) - moved(-h)) / (2 * h);
              const is = gradient[i * columns + k]!;
              // h²/6 of the third derivative, and rounding over h; random rows are not within h of a kink.
              assert.ok(Math.abs(slope - is) <= 2e-8 * Math.max(1, Math.abs(is)), `[${i}, ${k}] ${is} for ${slope}`);
            });
          });
        }
      }
    }
  });

  test(`${nameOf(loss)}: values by themselves are those of single rows, wherever the row is`, () => {
    for (const dtype of dtypes) {
      for (const columns of columnsOf(loss)) {
        const rows = lossRows(dtype, loss, 11, columns, 7);
        const all = take(loss, rows, 'none', dtype, rows.weights);
        const again = take(loss, rows, 'none', dtype, rows.weights);
        assert.equal(again.values, all.values);
        assert.equal(bytesOf(again.gradient), bytesOf(all.gradient));
        const per = all.values.length / 11;
        rows.z.forEach((row, i) => {
          if ('ignoreIndex' in loss && rows.y[i]![0] === loss.ignoreIndex) {
            assert.is(all.values[i], 0);
            return;
          }
          const one = { z: [row], y: [rows.y[i]!] };
          const alone = take(loss, one, 'none', dtype, [rows.weights[i]!]);
          assert.equal(alone.values, all.values.slice(i * per, (i + 1) * per));
          assert.equal([...alone.gradient], [...all.gradient.slice(i * columns, (i + 1) * columns)]);
        });
      }
    }
  });

  test(`${nameOf(loss)}: f32 is f64 of the same numbers, rounded`, () => {
    for (const columns of columnsOf(loss)) {
      const rows = lossRows('f32', loss, 13, columns, 99);
      // Terms of Tweedie's deviance are up to 2/(αβ) times as large as what they leave.
      const tolerance = loss.kind === 'tweedieDeviance' ? 2e-5 : 4e-6;
      const s = rows.weights;
      const [low, high] = [take(loss, rows, 'none', 'f32', s), take(loss, rows, 'none', 'f64', s)];
      const close = (a: ArrayLike<number>, b: ArrayLike<number>, what: string): void => {
        for (let i = 0; i < b.length; i++) {
          const off = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!));
          assert.ok(off <= tolerance, `${what} ${i}: ${a[i]} for ${b[i]}, ${off} off`);
        }
      };
      close(low.values, high.values, 'value');
      close(low.gradient, high.gradient, 'slope');
    }
  });

  test(`${nameOf(loss)}: the same bits whatever rows stand before, and whatever the padding holds`, () => {
    const row = lossRow(loss);
    const kind = row.targets === 'index' ? 'index' : row.targets === 'values' ? 'real' : 'value';
    const kernel: LossCase = {
      name: loss.kind,
      kernel: row.name,
      block: [...numbers(row, loss), 0],
      targets: kind,
      byRow: row.each === 'row',
      reference: () => ({ value: 0, gradient: [], size: [] }),
    };
    for (const dtype of dtypes) {
      for (const columns of columnsOf({ ...loss, classWeights: null } as LossSpec)) {
        for (const count of [1, 2, 5, 8]) {
          const { z, y, weights } = lossRows(dtype, { ...loss, ignoreIndex: null } as LossSpec, count, columns, count);
          const targets = row.targets === 'none' ? z : y;
          const once = runLoss(dtype, kernel, { z, y: targets, weights, scale: 0.5, before: 2 });
          for (const [allZ, allY] of [
            [true, true],
            [true, false],
            [false, true],
          ] as const) {
            const place = { first: 5, allZ, allY, scale: 0.5, before: 2 };
            const moved = runLoss(dtype, kernel, { z, y: targets, weights, ...place });
            assert.equal(bytesOf(moved.raw), bytesOf(once.raw));
            assert.is(moved.sum, once.sum);
          }
          const bare = runLoss(dtype, kernel, { z, y: targets, weights, scale: 0.5, before: 2, valueOnly: true });
          assert.is(bare.sum, once.sum);
          once.raw.forEach((slope: number, at: number) => {
            const padding = once.width === 1 ? at >= count : at % once.width >= columns;
            if (padding) assert.is(slope, 0, `padding at ${at}`);
          });
        }
      }
    }
  });
}

/** Where a loss grows as the exponential of the prediction, it is infinite where its value is. */
const grows = (loss: LossSpec): boolean => lossRow(loss).link === 'log' || loss.kind === 'gaussianNll';

for (const dtype of dtypes) {
  test(`${dtype}: finite at ±800, ±1e4, zeros and denormals`, () => {
    const denormal = dtype === 'f32' ? 1e-42 : 1e-310;
    for (const loss of lossSpecs) {
      if ('fromProbabilities' in loss && loss.fromProbabilities) continue;
      for (const columns of columnsOf(loss)) {
        for (const extreme of [800, -800, 1e4, -1e4, 0, denormal, -denormal]) {
          const { y } = lossRows(dtype, loss, 5, columns, 3);
          if ('logInput' in loss && !loss.logInput && extreme < 0) continue;
          if (grows(loss) && Math.abs(extreme) > 1) continue;
          for (const all of [true, false]) {
            const z = y.map((_, i) =>
              Array.from({ length: columns }, (_, k) => (all || k === i % columns ? extreme : 0)),
            );
            const { total, gradient } = take(loss, { z, y }, 'sum', dtype);
            const at = `${nameOf(loss)} at ${extreme}`;
            assert.ok(Number.isFinite(total), `${at}: value ${total}`);
            assert.ok(
              gradient.every((slope: number) => Number.isFinite(slope)),
              `${at}: slopes ${gradient}`,
            );
          }
        }
      }
    }
  });

  test(`${dtype}: of means e^z, finite where the value is`, () => {
    const half = dtype === 'f32' ? 80 : 700;
    const one = (loss: Record<string, unknown>, z: number, y: number) => {
      const { value, gradient } = lossAndGradient(loss as never, [z], [y], { dtype });
      return [value, gradient[0]!] as const;
    };
    // e^−z alone is beyond the largest number, times y it is not.
    const far = dtype === 'f32' ? -95 : -720;
    const tiny = dtype === 'f32' ? 1e-10 : 1e-20;
    const v = tiny * Math.exp(-far / 2) * Math.exp(-far / 2);
    const [value, slope] = one({ kind: 'gammaDeviance' }, far, tiny);
    const expected = 2 * (far - Math.log(tiny) - 1 + v);
    const tolerance = dtype === 'f32' ? 1e-5 : 1e-12;
    assert.ok(Math.abs(value / expected - 1) <= tolerance && Math.abs(slope / (2 - 2 * v) - 1) <= tolerance);
    for (const power of [1, 1.5]) {
      // A target of 0 has no term that grows as z falls.
      for (const z of [-half, -800, -1e4]) {
        const [value, slope] = one({ kind: 'tweedieDeviance', power }, z, 0);
        assert.ok(value >= 0 && value < 1e-7 && slope >= 0 && slope < 1e-7, `${power}, ${z}: ${value}, ${slope}`);
      }
    }
    assert.equal(one({ kind: 'poisson' }, -1e4, 3), [floats(dtype, [3e4])[0], -3]);
    const pair = lossAndGradient({ kind: 'gaussianNll', input: 'logVariance', full: false }, [[1, -1e4]], [1], {
      dtype,
    });
    assert.is(pair.value, -5000);
    assert.ok(pair.gradient.every((slope: number) => Number.isFinite(slope)));
  });
}

test('5,000 rows in one call', () => {
  for (const dtype of dtypes) {
    const z = Array.from({ length: 5000 }, (_, i) => (i % 17) / 4 - 2);
    const y = z.map((_, i) => (i % 13) / 4 - 1);
    const { value } = lossAndGradient({ kind: 'huber', delta: 1 }, z, y, { dtype });
    const sum = z.reduce((total, a, i) => {
      const r = Math.abs(a - y[i]!);
      return total + (r <= 1 ? (r * r) / 2 : r - 0.5);
    }, 0);
    // Quarters: every sum is exact.
    assert.is(value, sum * (1 / 5000));
  }
});

test.run();
