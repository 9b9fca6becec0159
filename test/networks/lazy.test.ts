/** Embeddings of which a step changes only the rows that its batch has used. */
import {
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  asgd,
  type Checkpoint,
  clipByGlobalNorm,
  concatenate,
  dense,
  ema,
  embedding,
  type FitOptions,
  flatten,
  ftrl,
  gradientDescentLineSearch,
  input,
  l1,
  l2,
  lamb,
  lars,
  lion,
  meanSquaredError,
  muon,
  type Network,
  nadam,
  network,
  type OptimizerSpec,
  prodigy,
  radam,
  rmsprop,
  rprop,
  sam,
  scheduleFreeSgd,
  sequential,
  sgd,
  signSgd,
  yogi,
} from 'downhill';
import { loadCheckpoint, resume, save } from 'downhill/store';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Training } from '#src/fit.js';
import { prepare } from '#src/models/prepare.js';
import { closeTo } from '../helpers/close.js';
import { copied, networkBits } from '../helpers/network.js';
import { dtypes } from '../helpers/numbers.js';
import { source } from '../helpers/points.js';
import { throws } from '../throws.js';

const ROWS = 300;
const WIDTH = 3;
const COLUMNS = 2;
const TABLE = 'embedding1.weight';

/** Rows of two numbers: mostly a few, so that many rows of the table are never used. */
function words(count: number, most: number): number[][] {
  const next = source(8);
  return Array.from({ length: count }, () => Array.from({ length: COLUMNS }, () => Math.floor(next() ** 3 * most)));
}
const x = words(50, ROWS);
const y = x.map(([a, b]) => Math.sin(a!) - 0.01 * b!);

type Dtype = 'f32' | 'f64';
const make = (lazy: boolean, dtype: Dtype = 'f64', inputDim = ROWS) =>
  sequential([input(COLUMNS), embedding({ inputDim, outputDim: WIDTH, lazy }), flatten(), dense(1)], {
    loss: meanSquaredError(),
    dtype,
  });
const quick = { batchSize: 8, shuffle: false } as const;

/** The network in plain loops: its table, moments of its rows, and what one step does. */
class Twin {
  readonly table: Float64Array;
  readonly weight: Float64Array;
  bias: number;

  constructor(start: Readonly<Record<string, ArrayLike<number>>>) {
    this.table = Float64Array.from(start[TABLE]!);
    this.weight = Float64Array.from(start['dense1.weight']!);
    this.bias = start['dense1.bias']![0]!;
  }

  /** The gradient of the mean of squares, rows of the table by their numbers. */
  gradient(rows: number[][], targets: number[]) {
    const table = new Map<number, Float64Array>();
    const weight = new Float64Array(this.weight.length);
    let bias = 0;
    rows.forEach((row, i) => {
      const z = Array.from(this.weight, (_, k) => this.table[row[Math.floor(k / WIDTH)]! * WIDTH + (k % WIDTH)]!);
      const r = (2 / rows.length) * (z.reduce((sum, v, k) => sum + v * this.weight[k]!, this.bias) - targets[i]!);
      bias += r;
      z.forEach((v, k) => {
        weight[k]! += r * v;
        const index = row[Math.floor(k / WIDTH)]!;
        const slope = table.get(index) ?? new Float64Array(WIDTH);
        slope[k % WIDTH]! += r * this.weight[k]!;
        table.set(index, slope);
      });
    });
    return { table, weight, bias };
  }

  /** `update(θ, g, i, t)` gives the number i its next value. */
  fit(epochs: number, update: (value: number, g: number, i: string, t: number) => number): void {
    let t = 0;
    for (let at = 0; at < epochs * x.length; at += 8) {
      const from = at % x.length;
      const to = Math.min(from + 8, x.length);
      const { table, weight, bias } = this.gradient(x.slice(from, to), y.slice(from, to));
      if (to === x.length) at -= 8 - (to - from);
      t++;
      for (const [row, slope] of table) {
        slope.forEach((g, k) => {
          const i = row * WIDTH + k;
          this.table[i] = update(this.table[i]!, g, `t${i}`, t);
        });
      }
      weight.forEach((g, k) => {
        this.weight[k] = update(this.weight[k]!, g, `w${k}`, t);
      });
      this.bias = update(this.bias, bias, 'b', t);
    }
  }
}

const twins: Record<string, [OptimizerSpec, () => (value: number, g: number, i: string, t: number) => number]> = {
  // Kingma & Ba 2015, with t counting all steps.
  adam: [
    adam(0.02),
    () => {
      const m = new Map<string, number>();
      const v = new Map<string, number>();
      return (value, g, i, t) => {
        m.set(i, 0.9 * (m.get(i) ?? 0) + 0.1 * g);
        v.set(i, 0.999 * (v.get(i) ?? 0) + 0.001 * g * g);
        return value - (0.02 * m.get(i)!) / (1 - 0.9 ** t) / (Math.sqrt(v.get(i)! / (1 - 0.999 ** t)) + 1e-8);
      };
    },
  ],
  'sgd with momentum': [
    sgd({ learningRate: 0.05, momentum: 0.9 }),
    () => {
      const b = new Map<string, number>();
      return (value, g, i) => {
        b.set(i, 0.9 * (b.get(i) ?? 0) + g);
        return value - 0.05 * b.get(i)!;
      };
    },
  ],
};

for (const [name, [optimizer, update]] of Object.entries(twins)) {
  test(`${name}: plain loops, and rows that no batch has used keep their bits`, () => {
    for (const dtype of dtypes) {
      const model = make(true, dtype);
      model.partialFit([[0, 0]], [0], { optimizer: sgd(0) });
      const begin = copied(model.parameters);
      const twin = new Twin(begin);
      model.fitSync(x, y, { ...quick, optimizer, epochs: 5, continue: true });
      twin.fit(5, update());
      const most = dtype === 'f64' ? 1e-11 : 2e-4;
      closeTo(model.parameters[TABLE]!, twin.table, most, `${dtype} table`);
      closeTo(model.parameters['dense1.weight']!, twin.weight, most, `${dtype} weight`);
      const used = new Set(x.flat());
      let still = 0;
      model.parameters[TABLE]!.forEach((value, i) => {
        const same = Object.is(value, begin[TABLE]![i]);
        assert.is(same, !used.has(Math.floor(i / WIDTH)), `${dtype} ${i}`);
        still += Number(same);
      });
      assert.ok(still > WIDTH * 100);
    }
  });
}

const all: readonly OptimizerSpec[] = [
  ...[sgd(0.1), sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), signSgd(0.01), lion(0.01)],
  ...[adagrad(0.1), adadelta(1), rmsprop({ learningRate: 0.01, centered: true, momentum: 0.5 }), ftrl(0.1)],
  ...[adam(0.01), adamW({ learningRate: 0.01, weightDecay: 0.1, amsgrad: true }), adamax(0.01), nadam(0.01)],
  ...[radam(0.01), adEMAMix(0.01)],
];

test('with every row in every batch: the bits of a table that is not lazy', () => {
  const rows = Array.from({ length: 35 }, (_, i) => [2 * i, 2 * i + 1]);
  const targets = rows.map(([a]) => Math.cos(a!));
  for (const dtype of dtypes) {
    for (const optimizer of all) {
      for (const more of [{}, { clip: clipByGlobalNorm(0.1), average: ema(0.9), sam: sam(0.05) }, { accumulate: 2 }]) {
        const models = [true, false].map((lazy) => {
          const model = make(lazy, dtype, 70);
          model.fitSync(rows, targets, { ...more, optimizer, epochs: 4, batchSize: 35 });
          return model;
        });
        assert.is(networkBits(models[0]!), networkBits(models[1]!), `${dtype} ${JSON.stringify(optimizer)}`);
      }
    }
  }
});

test('plain descent: the bits of a table that is not lazy, for any rows', () => {
  const many = words(9001, ROWS);
  const targets = many.map(([a, b]) => a! / ROWS - b! / 100);
  for (const options of [
    { ...quick, epochs: 3, optimizer: sgd(0.1) },
    { ...quick, epochs: 3, optimizer: sgd(0.1), clip: clipByGlobalNorm(0.2), sam: sam(0.1), average: ema(0.9) },
  ]) {
    const models = [true, false].map((lazy) => make(lazy));
    for (const model of models) model.fitSync(x, y, options);
    assert.is(networkBits(models[0]!), networkBits(models[1]!));
  }
  // More than a block and a leaf of rows: an earlier leaf stays marked.
  const models = [true, false].map((lazy) => make(lazy));
  for (const model of models) model.fitSync(many, targets, { batchSize: 'full', epochs: 3, optimizer: sgd(0.1) });
  assert.is(networkBits(models[0]!), networkBits(models[1]!));
});

test('nothing but tables; a table used twice; a group of its own', () => {
  const loss = meanSquaredError();
  const bits = (lazy: boolean): string[] => {
    const alone = sequential([input(1), embedding({ inputDim: 64, outputDim: 2, lazy }), flatten()], { loss });
    const ones = x.map(([a]) => [a! % 64]);
    const history = alone.fitSync(ones, x, { ...quick, optimizer: sgd(0.1), epochs: 3 }).history;
    const from = input(COLUMNS);
    const table = embedding({ inputDim: ROWS, outputDim: 1, lazy });
    const twice = network(from, dense(1)(flatten()(concatenate()(table(from), table(from)))), { loss });
    twice.fitSync(x, y, { ...quick, optimizer: sgd(0.1), epochs: 3 });
    const grouped = make(lazy);
    const groups = [{ parameters: TABLE, optimizer: sgd(0.3), regularizer: [] }];
    grouped.fitSync(x, y, { ...quick, optimizer: lamb(0.01), regularizer: l2(0.1), groups, epochs: 3 });
    return [networkBits(alone), networkBits(twice), networkBits(grouped), JSON.stringify(history.map((e) => e.loss))];
  };
  assert.equal(bits(true), bits(false));
});

test('fit, fitSync and any budget give the same bits; a run goes on from a checkpoint', async () => {
  for (const dtype of dtypes) {
    for (const optimizer of [nadam(0.01), adagrad(0.1)]) {
      const options: FitOptions<never> = { optimizer, epochs: 4, batchSize: 7, seed: 3, nonFinite: 'rollback' };
      const sync = make(true, dtype);
      const written: Checkpoint[] = [];
      const checkpointEvery = { steps: 5, write: (one: Checkpoint) => void written.push(one) };
      sync.fitSync(x, y, { ...options, checkpointEvery } as never);
      const other = make(true, dtype);
      await other.fit(x, y, options);
      assert.is(networkBits(other), networkBits(sync));
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 6 }), (budgets) => {
          const model = make(true, dtype);
          const training = new Training(prepare(model, x, y as never, options));
          for (let i = 0; !training.advance(budgets[i % budgets.length]!); i++);
          assert.is(networkBits(model), networkBits(sync));
        }),
        { numRuns: 4, seed: 1 },
      );
      assert.ok(written.length > 3);
      for (const one of written.slice(0, 3)) {
        const run = resume(loadCheckpoint(save(one)), x, y);
        await run;
        assert.is(networkBits(run.model as Network), networkBits(sync));
      }
    }
  }
});

test('a step that is skipped leaves nothing behind', () => {
  const models = [true, false].map((lazy) => make(lazy));
  const broken = y.map((value, i) => (i === 20 ? 1e200 : value));
  for (const model of models) {
    const { steps } = model.fitSync(x, broken, { ...quick, optimizer: sgd(0.1), epochs: 2, nonFinite: 'skip' });
    assert.is(steps, 14);
  }
  assert.is(networkBits(models[0]!), networkBits(models[1]!));
  assert.ok(models[0]!.parameters[TABLE]!.every(Number.isFinite));
});

test('refused: optimizers that see more than a number, state that begins elsewhere, penalties, line searches', () => {
  const refused = (options: FitOptions<never>, message: string): void =>
    throws(() => make(true).fitSync(x, y, options), 'ERR_ARGUMENT', `${TABLE} is lazy: ${message}`);
  const expected = 'expected an optimizer that updates each number by itself, from a state of zeros, got';
  for (const optimizer of [lamb(), lars(0.1), adafactor(), prodigy(), asgd(), scheduleFreeSgd(), adan(), rprop()]) {
    refused({ optimizer }, `${expected} ${optimizer.kind}`);
  }
  refused({ optimizer: muon() }, `${expected} muon`);
  refused({ optimizer: yogi() }, `${expected} yogi`);
  refused({ optimizer: adagrad({ initialAccumulator: 0.1 }) }, `${expected} adagrad`);
  refused({ optimizer: ftrl({ power: -0.3 }) }, `${expected} ftrl`);
  refused({ regularizer: l2(0.1) }, 'expected no penalty, got l2');
  refused({ regularizer: l1(0.1) }, 'expected no penalty, got l1');
  const line = 'gradientDescentLineSearch moves all parameters along one line';
  refused({ optimizer: gradientDescentLineSearch(), batchSize: 'full' }, line);
});

test.run();
