/** Every loss, value and gradient, as a kernel on data in memory against the plain loop: f32, means, no weights. */

import type { LossSpec } from '#src/losses.js';
import { losses as family } from '#src/losses.js';
import { numbers } from '#src/program/block.js';
import { LinearProgram } from '#src/program/linear.js';
import { lossRow } from '#src/program/loss.js';
import { control, cursor, OP_BYTES, Tape, writeFields } from '#src/program/tape.js';
import { validateSpec } from '#src/spec.js';
import { fullEngine } from '../test/helpers/full.ts';
import type { Case } from './harness.ts';
import type { plain } from './plain/index.ts';
import { mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;

interface Subject {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>> & { readonly kind: string };
  readonly rows: number;
  readonly outputs?: number;
  /** Predictions and targets are of these; nothing for logits and targets around 0. */
  readonly z?: (random: () => number) => number;
  readonly y?: (random: () => number) => number;
  readonly loop: (z: Float32Array, y: Float32Array, labels: Int32Array, gradient: Float32Array) => number;
  readonly floor?: number;
}

function subject({ name, spec, rows, outputs = 1, z: drawZ, y: drawY, loop, floor = 2 }: Subject): Case {
  const loss = validateSpec(family, spec) as LossSpec;
  const row = lossRow(loss);
  const random = mulberry32(5);
  const width = row.targets === 'values' ? outputs : 1;
  const around = (): number => 4 * random() - 2;
  const z = Float32Array.from({ length: rows * outputs }, drawZ ? () => drawZ(random) : around);
  const y = Float32Array.from({ length: rows * width }, drawY ? () => drawY(random) : around);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random() * outputs));
  const engine = fullEngine();
  const { predictionBytes: bytes } = new LinearProgram('f32', 1, outputs);
  const allocate = (length: number): number => {
    const at = engine.arena.allocate(length);
    engine.u8.fill(0, at, at + length);
    return at;
  };
  const size = (rows + 4) * bytes + 64;
  const [zAt, yAt, r] = [size, size, size].map(allocate) as [number, number, number];
  const [at, sums, block] = [cursor.bytes, 16, 64].map(allocate) as [number, number, number];
  for (let i = 0; i < rows; i++) {
    engine.f32.set(z.subarray(i * outputs, (i + 1) * outputs), (zAt + i * bytes) >>> 2);
    const target = yAt + i * (row.targets === 'values' ? bytes : 4);
    if (row.targets === 'index') engine.i32[target >>> 2] = labels[i]!;
    else engine.f32.set(y.subarray(i * width, (i + 1) * width), target >>> 2);
  }
  const scale = 1 / (rows * (row.meanOver === 'outputs' ? outputs : 1));
  writeFields(engine, at, cursor, { rows, count: rows, block: rows, limit: rows, scale });
  engine.f64.set(numbers(row, loss), block >>> 3);
  const tape = new Tape();
  const op = allocate(OP_BYTES + control.bytes);
  const elements = outputs === 1 ? 0 : outputs;
  tape.emit(row.name, 'f32', [at, zAt, yAt, 0, r, sums, elements, bytes, block, 0, 0, 0]);
  tape.write(engine, op);
  const turn = op + OP_BYTES;
  writeFields(engine, turn, control, { begin: op, end: turn, position: op });
  const gradient = new Float32Array(rows * outputs);
  const ours = (): void => {
    engine.f64[sums >>> 3] = 0;
    engine.exports.walk(turn, 1);
  };
  return {
    name: `loss with gradient: ${name}`,
    unit: 'row',
    work: rows,
    ours,
    plain: () => loop(z, y, labels, gradient),
    agree: () => {
      ours();
      const value = loop(z, y, labels, gradient);
      const found = engine.f64[sums >>> 3]! * scale;
      if (!(Math.abs(found - value) <= 1e-5 * Math.max(1, Math.abs(value)))) throw new Error(`${found} for ${value}`);
      let largest = 0;
      let off = 0;
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < outputs; k++) {
          const expected = gradient[i * outputs + k]!;
          largest = Math.max(largest, Math.abs(expected));
          off = Math.max(off, Math.abs(engine.f32[((r + i * bytes) >>> 2) + k]! - expected));
        }
      }
      if (!(off <= 2e-5 * largest)) throw new Error(`gradients differ by ${off / largest} of the largest`);
    },
    floor,
  };
}

const sign = (random: () => number): number => (random() < 0.5 ? -1 : 1);
const zeroOne = (random: () => number): number => Number(random() < 0.5);
const positive = (random: () => number): number => 0.1 + 3 * random();
const probability = (random: () => number): number => 0.01 + 0.98 * random();

export function lossCases(js: Loops): Case[] {
  const n = 100_000;
  const one = (spec: Subject['spec'], loop: Subject['loop'], more: Partial<Subject> = {}): Case =>
    subject({ name: `${spec.kind}, 100,000`, spec, rows: n, loop, ...more });
  const ten = (spec: Subject['spec'], loop: Subject['loop'], more: Partial<Subject> = {}): Case =>
    subject({ name: `${spec.kind}, 10,000 × 10`, spec, rows: n / 10, outputs: 10, loop, ...more });
  const softmax: Subject['loop'] = (z, _, labels, g) => js.softmaxCrossEntropy(z, labels, z.length / labels.length, g);
  const kind = 'softmaxCrossEntropy';
  return [
    subject({ name: `${kind}, 4,096 × 10`, spec: { kind }, rows: 4096, outputs: 10, loop: softmax, floor: 5 }),
    subject({ name: `${kind}, 512 × 1,000`, spec: { kind }, rows: 512, outputs: 1000, loop: softmax, floor: 5 }),
    one({ kind: 'binaryCrossEntropy' }, (z, y, _, g) => js.binaryCrossEntropy(z, y, g), { y: zeroOne, floor: 5 }),
    one({ kind: 'meanSquaredError' }, (z, y, _, g) => js.meanSquaredError(z, y, g)),
    one({ kind: 'meanAbsoluteError' }, (z, y, _, g) => js.meanAbsoluteError(z, y, g)),
    one({ kind: 'huber', delta: 1 }, (z, y, _, g) => js.huber(z, y, g, 1)),
    one({ kind: 'logCosh' }, (z, y, _, g) => js.logCosh(z, y, g)),
    one({ kind: 'quantile', quantile: 0.9 }, (z, y, _, g) => js.quantile(z, y, g, 0.9)),
    one({ kind: 'epsilonInsensitive', epsilon: 0.5 }, (z, y, _, g) => js.epsilonInsensitive(z, y, g, 0.5)),
    one({ kind: 'poisson' }, (z, y, _, g) => js.poisson(z, y, g), { y: positive }),
    one({ kind: 'poisson', logInput: false }, (z, y, _, g) => js.poissonMean(z, y, g), {
      name: 'poisson of means, 100,000',
      z: positive,
      y: positive,
    }),
    one({ kind: 'gammaDeviance' }, (z, y, _, g) => js.gammaDeviance(z, y, g), { y: positive }),
    one({ kind: 'tweedieDeviance' }, (z, y, _, g) => js.tweedieDeviance(z, y, g, 1.5), { y: positive }),
    one({ kind: 'binaryCrossEntropy', fromProbabilities: true }, (z, y, _, g) => js.binaryFromProbabilities(z, y, g), {
      name: 'binaryCrossEntropy of probabilities, 100,000',
      z: probability,
      y: zeroOne,
    }),
    one({ kind: 'focal' }, (z, y, _, g) => js.focal(z, y, g, 2, 0.25), { y: zeroOne }),
    one({ kind: 'hinge' }, (z, y, _, g) => js.hinge(z, y, g, 1), { y: sign }),
    one({ kind: 'squaredHinge' }, (z, y, _, g) => js.squaredHinge(z, y, g, 1), { y: sign }),
    one({ kind: 'modifiedHuber' }, (z, y, _, g) => js.modifiedHuber(z, y, g), { y: sign }),
    ten({ kind: 'kullbackLeibler', normalized: false }, (z, y, _, g) => js.kullbackLeibler(z, y, 10, g), {
      y: probability,
    }),
    ten({ kind, targets: 'distribution' }, (z, y, _, g) => js.softmaxDistribution(z, y, 10, g), {
      name: `${kind} of distributions, 10,000 × 10`,
      y: probability,
    }),
    ten({ kind: 'softmaxFocal' }, (z, _, labels, g) => js.softmaxFocal(z, labels, 10, g, 2)),
    ten({ kind: 'nll' }, (z, _, labels, g) => js.nll(z, labels, 10, g)),
    ten({ kind: 'multiclassHinge' }, (z, _, labels, g) => js.multiclassHinge(z, labels, 10, g, 1)),
    one({ kind: 'gaussianNll' }, (z, y, _, g) => js.gaussianNll(z, y, g), { outputs: 2, z: positive }),
    one({ kind: 'gaussianNll', input: 'logVariance' }, (z, y, _, g) => js.gaussianLogNll(z, y, g), {
      name: 'gaussianNll of logarithms, 100,000',
      outputs: 2,
    }),
    subject({
      name: 'cosineEmbedding, 1,562 × 2 · 32',
      spec: { kind: 'cosineEmbedding' },
      rows: 1562,
      outputs: 64,
      y: sign,
      loop: (z, y, _, g) => js.cosineEmbedding(z, y, 32, g, 0),
    }),
    subject({
      name: 'triplet, 1,041 × 3 · 32',
      spec: { kind: 'triplet' },
      rows: 1041,
      outputs: 96,
      loop: (z, _, __, g) => js.triplet(z, 1041, 32, g, 1),
    }),
  ];
}
