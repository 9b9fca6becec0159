/** Every loss: value and gradient against its formula in f64, its own differences, PyTorch's numbers, and at extremes. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import { bytesOf, floats } from '../helpers/kernel.ts';
import { isSoftmax, type LossCase, type LossInput, losses, runLoss } from '../helpers/losses.ts';
import { dtypes, unit } from '../helpers/numbers.ts';
import { source } from '../helpers/points.ts';

const UP_TO = 67;
/** What is smaller has lost digits, or is zero. */
const tiny = { f32: 2 ** -126, f64: 2 ** -1022 } as const;

/** Rows with targets of the kind of the loss, rounded to the type. */
function rowsFor(dtype: Dtype, loss: LossCase, rows: number, outputs: number, seed: number, reach = 6) {
  const next = source(seed);
  const round = (values: readonly number[]): number[] => [...floats(dtype, values)];
  const draw = (from: () => number): number[] => round(Array.from({ length: outputs }, from));
  const z = Array.from({ length: rows }, () => draw(() => reach * (2 * next() - 1)));
  const y = z.map(() => {
    if (loss.targets === 'real') return draw(() => 4 * next() - 2);
    if (loss.targets === 'index') return [Math.floor(next() * outputs)];
    // Zeros and ones among the rest.
    if (loss.targets === 'unit') return draw(() => Math.min(Math.max(2 * next() - 0.5, 0), 1));
    return draw(() => Math.max(next() - 0.3, 0));
  });
  return { z, y, weights: round(Array.from({ length: rows }, () => 2 * next())) };
}

/** Roundings of one row, in units of half an ULP of the sizes: few for single elements, one more for each class. */
const roundings = (loss: LossCase, outputs: number): number => (isSoftmax(loss) ? outputs + 8 : 10);

function check(dtype: Dtype, loss: LossCase, input: LossInput, what: string): void {
  const { z, y, weights, scale = 1, before = 0 } = input;
  const outputs = z[0]!.length;
  const found = runLoss(dtype, loss, input);
  const error = roundings(loss, outputs) * unit[dtype];
  let total = before;
  let size = Math.abs(before);
  z.forEach((row, i) => {
    const weight = weights?.[i] ?? 1;
    const { value, gradient, size: sizes } = loss.reference(row, y[i]!);
    total += weight * value;
    // The logarithm of a sum of classes, one of them 1, has an absolute error.
    size += weight * (value + (isSoftmax(loss) ? sizes.reduce((sum, s) => sum + s, 0) : 0));
    gradient.forEach((expected, k) => {
      const bound = error * sizes[k]! * weight * scale + tiny[dtype];
      const is = found.gradient[i]![k]!;
      const off = Math.abs(is - expected * weight * scale);
      assert.ok(
        off <= bound,
        `${what}: dℓ/dz[${i}][${k}] = ${is} for ${expected * weight * scale}, off by ${off / bound} bounds`,
      );
    });
  });
  const off = Math.abs(found.sum - total);
  const bound = (error + z.length * unit.f64) * size + z.length * tiny[dtype];
  assert.ok(off <= bound, `${what}: ${found.sum} for ${total}, off by ${off / bound} bounds`);
  // Losses of rows or elements add up to the sum; what lies behind them is zero, as is the padding of the gradient.
  const parts = [...found.values].reduce((sum, value) => sum + value, before);
  assert.ok(
    Math.abs(parts - total) <= bound + size * unit[dtype],
    `${what}: the values add up to ${parts}, not ${total}`,
  );
  found.raw.forEach((value: number, at: number) => {
    const padding = found.width === 1 ? at >= z.length : at % found.width >= outputs;
    if (padding) assert.is(value, 0, `${what}: padding of the gradient at ${at}`);
  });
}

const outputsOf = (loss: LossCase): number[] =>
  isSoftmax(loss) ? [2, 3, 4, 5, 10, 17, 67] : [1, 2, 3, 4, 5, 10, 17, 67];

for (const dtype of dtypes) {
  for (const loss of losses) {
    const sizes = outputsOf(loss);

    test(`${loss.name}, ${dtype}: every number of rows and of outputs`, () => {
      for (let rows = 1; rows <= UP_TO; rows++) {
        for (const outputs of [sizes[0]!, 3, 10]) {
          check(dtype, loss, rowsFor(dtype, loss, rows, outputs, rows), `${rows} × ${outputs}`);
        }
      }
      for (let outputs = sizes[0]!; outputs <= UP_TO; outputs++) {
        for (const rows of [1, 3]) {
          const { z, y } = rowsFor(dtype, loss, rows, outputs, outputs);
          check(dtype, loss, { z, y, scale: 0.125 }, `${rows} × ${outputs}`);
          check(dtype, loss, { z, y, extra: outputs % 3 }, `${rows} × ${outputs}`);
        }
      }
    });

    test(`${loss.name}, ${dtype}: whose rows predictions, targets and weights hold`, () => {
      for (const outputs of sizes) {
        for (const allZ of [false, true]) {
          for (const allY of [false, true]) {
            for (const first of [1, 5]) {
              const input = rowsFor(dtype, loss, 7, outputs, first);
              const place = { allZ, allY, first, before: 3, scale: 0.5 };
              check(dtype, loss, { ...input, ...place }, `${outputs} outputs, from ${first}, ${allZ}, ${allY}`);
              check(dtype, loss, { z: input.z, y: input.y, ...place }, `${outputs} outputs, without weights`);
            }
          }
        }
      }
    });

    test(`${loss.name}, ${dtype}: the same bits again, in other places, and without the gradient`, () => {
      for (const outputs of sizes) {
        const input = rowsFor(dtype, loss, 13, outputs, 77, 20);
        const once = runLoss(dtype, loss, input);
        for (const again of [
          runLoss(dtype, loss, input),
          runLoss(dtype, loss, { ...input, first: 3, allZ: true, allY: true }),
        ]) {
          assert.equal(bytesOf(again.raw), bytesOf(once.raw));
          assert.equal(bytesOf(again.values), bytesOf(once.values));
          assert.is(again.sum, once.sum);
        }
        const { sum, values } = runLoss(dtype, loss, { ...input, valueOnly: true });
        assert.is(sum, once.sum);
        assert.equal(bytesOf(values), bytesOf(once.values));
      }
    });

    test(`${loss.name}, ${dtype}: finite and right at extreme predictions`, () => {
      // Squares of 1e4 stay far below the largest f32.
      const extremes = [0, -0, 1e-30, 20, 88, 90, 710, 800, 1e4].flatMap((value) => [value, -value]);
      const targets = [0, 1, 0.3];
      for (const value of extremes) {
        for (const outputs of [sizes[0]!, 3, 5]) {
          for (let at = 0; at < outputs; at++) {
            const z = targets.map((_, i) =>
              Array.from({ length: outputs }, (_, k) => (k === at ? value : (i - 1) * k)),
            );
            const y = targets.map((target, i) => {
              if (loss.targets === 'index') return [(at + i) % outputs];
              return [...floats(dtype, new Array<number>(outputs).fill(target))];
            });
            const { sum, raw } = runLoss(dtype, loss, { z, y });
            assert.ok(Number.isFinite(sum) && raw.every((slope: number) => Number.isFinite(slope)), `at ${value}`);
            check(dtype, loss, { z, y }, `at ${value}`);
          }
        }
      }
    });
  }

  for (const loss of losses.filter(isSoftmax)) {
    test(`${loss.name}, ${dtype}: −∞ off target`, () => {
      const smoothed = loss.block[0] !== 0;
      for (const classes of [2, 3, 5, 9]) {
        for (let target = 0; target < classes; target++) {
          const z = [Array.from({ length: classes }, (_, k) => (k === target ? 2 : -Infinity))];
          z[0]![(target + 1) % classes] = 1;
          const distribution = Array.from({ length: classes }, (_, k) => Number(k === target));
          const y = [loss.targets === 'index' ? [target] : distribution];
          if (smoothed && classes > 2) {
            // Mass where the probability is zero: the loss is infinite, and is not NaN.
            assert.is(runLoss(dtype, loss, { z, y }).sum, Infinity);
          } else {
            check(dtype, loss, { z, y }, `${classes} classes, target ${target}`);
          }
        }
      }
    });
  }
}

for (const loss of losses) {
  test(`${loss.name}: central differences`, () => {
    for (const outputs of outputsOf(loss).filter((outputs) => outputs < 11)) {
      const { z, y, weights } = rowsFor('f64', loss, 3, outputs, outputs, 4);
      const { gradient } = runLoss('f64', loss, { z, y, weights });
      const value = (i: number, k: number, by: number): number => {
        const moved = z.map((row, at) => row.map((v, column) => (at === i && column === k ? v + by : v)));
        return runLoss('f64', loss, { z: moved, y, weights }).sum;
      };
      const h = 2 ** -17;
      z.forEach((row, i) => {
        row.forEach((_, k) => {
          const slope = (value(i, k, h) - value(i, k, -h)) / (2 * h);
          // h²/6 of the third derivative, and the rounding of the sum over h.
          assert.ok(
            Math.abs(slope - gradient[i]![k]!) <= 1e-9 * Math.max(1, outputs),
            `${slope} for ${gradient[i]![k]}`,
          );
        });
      });
    }
  });
}

interface Golden {
  readonly loss: string;
  readonly args: { readonly reduction: 'none' | 'mean'; readonly label_smoothing?: number };
  readonly inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly value: readonly number[];
  readonly grad_of_sum: { readonly input: readonly number[] };
}

const golden = JSON.parse(readFileSync('test/golden/losses.json', 'utf8')) as { readonly cases: readonly Golden[] };

/** The kernel for a case of PyTorch that needs the kernel itself; all cases are in losses-golden.test.ts. */
const kernelOf: Readonly<Record<string, string>> = {
  mse_loss: 'meanSquaredError',
  binary_cross_entropy_with_logits: 'binaryCrossEntropy',
};

const named = (kernel: string, block: readonly number[]): LossCase => {
  return { ...losses.find((loss) => loss.kernel === kernel)!, block };
};

golden.cases.forEach((given, number) => {
  const { loss, args, inputs } = given;
  if (!kernelOf[loss]) return;
  test(`golden ${number}: ${loss} ${JSON.stringify(args)}${inputs.pos_weight ? ', pos_weight' : ''}`, () => {
    const kernel = kernelOf[loss]!;
    const [rows, columns] = inputs.input!.shape as [number, number];
    const cut = (name: string): number[][] => {
      const { shape, data } = inputs[name]!;
      const width = shape.length === 1 ? 1 : columns;
      return Array.from({ length: rows }, (_, i) => data.slice(i * width, (i + 1) * width));
    };
    const z = cut('input');
    const y = cut('target');
    const scale = args.reduction === 'mean' ? 1 / (rows * columns) : 1;
    const values: number[] = [];
    const gradient: number[] = [];
    let sum = 0;
    // Column by column, because PyTorch has a positive weight for each.
    for (let k = 0; k < columns; k++) {
      const column = (of: readonly number[][]): number[][] => of.map((row) => [row[k]!]);
      const weight = inputs.pos_weight?.data[k] ?? 1;
      const out = runLoss('f64', named(kernel, [weight, 0]), { z: column(z), y: column(y), scale });
      for (let i = 0; i < rows; i++) {
        values[i * columns + k] = out.values[i]!;
        gradient[i * columns + k] = out.gradient[i]![0]!;
      }
      sum += out.sum;
    }
    const close = (is: number, expected: number): void => {
      assert.ok(Math.abs(is - expected) <= 1e-13 * Math.max(1, Math.abs(expected)), `${is} for ${expected}`);
    };
    if (args.reduction === 'mean') close(sum * scale, given.value[0]!);
    else for (const [i, expected] of given.value.entries()) close(values[i]!, expected);
    for (const [i, expected] of given.grad_of_sum.input.entries()) close(gradient[i]!, expected);
  });
});

test.run();
