/** Networks by the public `fit`, set-up and copying in included, against plain loops with the same start and order. */
import { adam, binaryCrossEntropy, meanSquaredError, mlp, sgd, softmaxCrossEntropy } from 'downhill';
import { Philox } from '#src/data/random.js';
import { type Case, same } from './harness.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

interface Setup {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly floor?: number;
}

/** Inputs × outputs, then biases, of every layer, as the plain loops have them. */
function flat(sizes: readonly number[], parameters: Readonly<Record<string, ArrayLike<number>>>): number[] {
  return sizes.slice(1).flatMap((units, i) => {
    const weight = parameters[`dense${i + 1}.weight`]!;
    const before = sizes[i]!;
    const turned = Array.from(weight, (_, j) => weight[(j % units) * before + Math.floor(j / units)]!);
    return [...turned, ...Array.from(parameters[`dense${i + 1}.bias`]!)];
  });
}

function network(loops: Loops, { name, sizes, rows, batch, epochs, floor }: Setup): Case {
  const [inputs, outputs] = [sizes[0]!, sizes.at(-1)!];
  const random = mulberry32(7);
  const x = fill(new Float32Array(rows * inputs), random);
  const y = Array.from({ length: rows }, () => (outputs > 1 ? Math.floor(random() * outputs) : random()));
  const data = { data: x, shape: [rows, inputs] };
  const loss = outputs > 1 ? softmaxCrossEntropy() : meanSquaredError();
  const classes = outputs > 1 ? Array.from({ length: outputs }, (_, k) => k) : null;
  const make = () => mlp({ inputs, hidden: sizes.slice(1, -1), outputs, loss, classes });
  const options = { optimizer: adam(1e-3), batchSize: batch, seed: 1, shuffle: batch < rows, tolerance: null };
  const first = make();
  // A rate of zero leaves the start as it is.
  first.fitSync(data, y, { ...options, optimizer: adam(0), epochs: 1 });
  const start = flat(sizes, first.parameters);
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
      same(flat(sizes, fit().parameters), pass(), 1e-4, name);
    },
    ...(floor === undefined ? {} : { floor }),
  };
}

/** Against a loop written for this network alone, that does not even compute the loss. */
function xor(loops: Loops): Case {
  const name = 'fit of a 2-3-1 network to XOR, 20,000 steps on its 4 rows';
  const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const y = [0, 1, 1, 0];
  const make = () => mlp({ inputs: 2, hidden: 3, outputs: 1, activation: 'sigmoid', loss: binaryCrossEntropy() });
  const options = { batchSize: 4, seed: 1, tolerance: null };
  const data = { data: x, shape: [4, 2] };
  const first = make();
  first.fitSync(data, y, { ...options, optimizer: sgd(0), epochs: 1 });
  const start = flat([2, 3, 1], first.parameters);
  const [plainX, plainY] = [Float64Array.from(x), Float64Array.from(y)];
  const fit = () => {
    const model = make();
    model.fitSync(data, y, { ...options, optimizer: sgd(0.5), epochs: 20_000 });
    return model;
  };
  const pass = () => {
    const theta = Float64Array.from(start);
    loops.xorSgd(theta, plainX, plainY, 20_000, 0.5);
    return theta;
  };
  return {
    name,
    unit: 'fit',
    work: 1,
    ours: fit,
    plain: pass,
    agree: () => same(flat([2, 3, 1], fit().parameters), pass(), 1e-4, name),
    floor: 1.3,
  };
}

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
  xor(loops),
];
