/** Networks by the public `fit`, set-up and copying in included, against plain loops with the same start and order. */
import { adam, Engine, meanSquaredError, mlp, softmaxCrossEntropy } from 'downhill';
import { fast, fastSupported } from 'downhill/fast';
import { Philox } from '#src/data/random.js';
import { type Case, same } from './harness.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

const strict = new Engine();

type Loops = Awaited<ReturnType<typeof plain>>;

interface Setup {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly floor?: number;
}

/** Data of a setup and its network. */
function setUp({ sizes, rows, batch }: Setup) {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const random = mulberry32(7);
  const x = fill(new Float32Array(rows * inputs), random);
  const y = Array.from({ length: rows }, () => (outputs > 1 ? Math.floor(random() * outputs) : random()));
  const data = { data: x, shape: [rows, inputs] };
  const loss = outputs > 1 ? softmaxCrossEntropy() : meanSquaredError();
  const classes = outputs > 1 ? Array.from({ length: outputs }, (_, k) => k) : null;
  const make = (engine = strict) => mlp({ inputs, hidden: sizes.slice(1, -1), outputs, loss, classes, engine });
  const options = { optimizer: adam(1e-3), batchSize: batch, seed: 1, shuffle: batch < rows, tolerance: null };
  return { x, y, data, make, options };
}

function network(loops: Loops, setup: Setup): Case {
  const { name, sizes, rows, batch, epochs, floor } = setup;
  const { x, y, data, make, options } = setUp(setup);
  const first = make();
  // A rate of zero leaves the start as it is.
  first.fitSync(data, y, { ...options, optimizer: adam(0), epochs: 1 });
  /** Inputs × outputs, then biases, of every layer, as the plain loops have them. */
  const flat = (parameters: typeof first.parameters): number[] =>
    sizes.slice(1).flatMap((units, i) => {
      const weight = parameters[`dense${i + 1}.weight`]!;
      const before = sizes[i]!;
      const turned = Array.from(weight, (_, j) => weight[(j % units) * before + Math.floor(j / units)]!);
      return [...turned, ...parameters[`dense${i + 1}.bias`]!];
    });
  const start = flat(first.parameters);
  const orders = Array.from({ length: epochs }, (_, epoch) =>
    batch < rows ? new Philox(1, 1, epoch).permutation(rows) : Uint32Array.from({ length: rows }, (_, i) => i),
  );
  const fit = () => {
    const model = make();
    model.fitSync(data, y, { ...options, epochs });
    return model;
  };
  const pass = () => {
    const twin = loops.plainNetwork((length) => new Float64Array(length), sizes, batch);
    twin.theta.set(start);
    let t = 0;
    for (const order of orders) {
      for (let at = 0; at < rows; at += batch) {
        loops.plainStep(twin, x, y, order, at, Math.min(batch, rows - at), ++t, 1e-3, loops.adam);
      }
    }
    return twin.theta;
  };
  return {
    name,
    unit: 'fit',
    work: 1,
    ours: fit,
    plain: pass,
    agree: () => {
      same(flat(fit().parameters), pass(), 1e-4, name);
    },
    ...(floor === undefined ? {} : { floor }),
  };
}

/** The fast engine against the strict one. */
function fastCase(setup: Setup): Case {
  const { y, data, make, options } = setUp(setup);
  const fit = (engine: Engine) => {
    const model = make(engine);
    const { history } = model.fitSync(data, y, { ...options, epochs: setup.epochs });
    return history.map(({ loss }) => loss);
  };
  return {
    name: `${setup.name}, fast, against the strict module`,
    unit: 'fit',
    work: 1,
    ours: () => fit(fast),
    plain: () => fit(strict),
    agree: () => same(fit(fast), fit(strict), 1e-4, setup.name),
    ...(setup.floor === undefined ? {} : { floor: setup.floor }),
  };
}

const epoch: Setup = {
  name: 'epoch of a 784-256-128-10 network, 12,800 rows, batch 128, Adam',
  sizes: [784, 256, 128, 10],
  rows: 12_800,
  batch: 128,
  epochs: 1,
  floor: 1.1,
};

export const fastCases = (): Case[] => (fastSupported ? [fastCase(epoch)] : []);

export const networkCases = (loops: Loops): Case[] => [
  network(loops, {
    name: 'fit of a 784-256-128-10 network, 1,280 rows, batch 128, Adam, 2 epochs',
    sizes: [784, 256, 128, 10],
    rows: 1280,
    batch: 128,
    epochs: 2,
    floor: 10,
  }),
  network(loops, {
    name: 'fit of a 64-64-1 network, batch 32, 384 Adam steps',
    sizes: [64, 64, 1],
    rows: 32 * 12,
    batch: 32,
    epochs: 32,
    floor: 10,
  }),
  network(loops, {
    name: 'fit of a 2-3-1 network, 4 rows, 20,000 Adam steps',
    sizes: [2, 3, 1],
    rows: 4,
    batch: 4,
    epochs: 20_000,
  }),
];
