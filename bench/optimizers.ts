/**
 * Updates, each as the op that a fit runs, against the plain loop: f32, gradients and parameters in memory. Two gradients
 * take turns, so that what counts differences between gradients does not run down to subnormals.
 */
import {
  adaBelief,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  amsgrad,
  asgd,
  ftrl,
  lamb,
  lars,
  lion,
  muon,
  nadam,
  prodigy,
  radam,
  rmsprop,
  rprop,
  type SteppingSpec,
  scheduleFreeAdamW,
  scheduleFreeSgd,
  sgd,
  sgdW,
  signSgd,
  yogi,
} from '#src/optimizers.js';
import { groupsOf } from '#src/program/groups.js';
import type { Tensor } from '#src/program/layout.js';
import { control, Tape, writeFields } from '#src/program/tape.js';
import { Updates } from '#src/program/updates.js';
import { fullEngine } from '../test/helpers/full.ts';
import type { Case } from './harness.ts';
import type { plain } from './plain/index.ts';
import { fill, mulberry32 } from './plain/random.ts';

type Loops = Awaited<ReturnType<typeof plain>>;
/** Slots and rate are its own; t is 1 at the first step. */
type Plain = (
  theta: Float32Array,
  gradient: Float32Array,
  slots: readonly Float32Array[],
  t: number,
  rate: number,
) => void;

/** One optimizer: how many vectors its plain loop keeps, where they start, and that loop. */
interface Subject {
  readonly spec: SteppingSpec;
  readonly slots: number;
  readonly start?: number;
  /** The loop; made anew for each run, for what is kept besides vectors. */
  readonly loop: () => Plain;
  readonly name?: string;
  /** Of a matrix; default a vector. */
  readonly shape?: readonly [rows: number, columns: number];
}

interface More {
  readonly limit?: 'rootDivide' | 'moveFour';
  readonly floor?: number;
  readonly goal?: number;
}

/** A rate at which thousands of steps go nowhere, and one at which ten show what they do. */
const SLOW = 1e-6;
const FAST = 0.01;
const CHUNK = 2 ** 20;

/** Throws where two arrays differ by more than `tolerance`. */
function same(ours: ArrayLike<number>, theirs: ArrayLike<number>, tolerance: number, what: string): void {
  let off = 0;
  for (let i = 0; i < theirs.length; i++) off = Math.max(off, Math.abs(ours[i]! - theirs[i]!));
  if (!(off <= tolerance)) throw new Error(`${what}: parameters differ by ${off}`);
}

const starts = (length: number): { theta: Float32Array; gradients: readonly [Float32Array, Float32Array] } => {
  const some = (seed: number): Float32Array => fill(new Float32Array(length), mulberry32(seed));
  return { theta: some(2), gradients: [some(3), some(4)] };
};

function tensorOf(length: number, shape?: readonly [number, number]): Tensor {
  const [rows, columns] = shape ?? [1, length];
  return {
    name: 'w',
    shape: shape ?? [length],
    offset: 0,
    rows,
    columns,
    rowBytes: columns * 4,
    bytes: length * 4,
    transposed: false,
  };
}

/** The module's side: memory, a tape for each of two gradients, and a step. */
function ours(spec: SteppingSpec, tensor: Tensor, limit?: string) {
  const engine = fullEngine();
  const allocate = (bytes: number): number => {
    const at = engine.arena.allocate(bytes + 64);
    engine.u8.fill(0, at, at + bytes + 64);
    return at;
  };
  const length = tensor.bytes / 4;
  const updates = new Updates(groupsOf(spec, [tensor], { groups: [], regularizers: [] }), 'f32');
  const parameters = allocate(tensor.bytes);
  const gradients = [allocate(tensor.bytes), allocate(tensor.bytes)] as const;
  const state = updates.memoryBytes + updates.slotBytes;
  const memory = allocate(state);
  const slots = memory + updates.memoryBytes;
  const [settings, scratch] = [allocate(updates.settingsBytes), allocate(updates.scratchBytes)];
  updates.write(engine, settings);
  const run = (tape: Tape): (() => void) => {
    const at = allocate(tape.bytes + control.bytes);
    const turn = at + tape.bytes;
    tape.write(engine, at);
    writeFields(engine, turn, control, { begin: at, end: turn, position: at });
    const { walk } = engine.exports;
    return () => {
      walk(turn, 2 ** 30);
    };
  };
  const steps = gradients.map((gradient) => {
    const tape = new Tape();
    updates.emit(tape, { parameters, gradient, memory, slots, settings, scratch, steps: 0 }, () => false);
    return run(tape);
  });
  const floors = gradients.map((gradient) => {
    const tape = new Tape();
    for (let at = 0; limit && at < tensor.bytes; at += CHUNK) {
      const words = [settings, parameters + at, gradient + at, Math.min(CHUNK, tensor.bytes - at), slots + at];
      tape.emit(limit, 'f32', [...words, tensor.bytes]);
    }
    return run(tape);
  });
  // No memory grows from here on, so one view is good.
  const { f64 } = engine;
  const count = memory >>> 3;
  let turn = 0;
  const inTurn = (tapes: readonly (() => void)[]) => (): void => {
    f64[count]! += 1;
    tapes[turn]!();
    turn ^= 1;
  };
  return {
    limit: inTurn(floors),
    step: inTurn(steps),
    reset(rate: number): void {
      updates.groups.forEach((_, i) => {
        f64[updates.settingsAt(settings, i) >>> 3] = rate;
      });
      const start = starts(length);
      engine.f32.set(start.theta, parameters >>> 2);
      start.gradients.forEach((values, i) => {
        engine.f32.set(values, gradients[i]! >>> 2);
      });
      engine.u8.fill(0, memory, memory + state);
      turn = 0;
    },
    parameters: () => engine.floats('f32', parameters, length).slice(),
  };
}

function theirs({ slots, start = 0, loop }: Subject, length: number, rate: number) {
  const { theta, gradients } = starts(length);
  const kept = Array.from({ length: slots }, () => new Float32Array(length).fill(start));
  const run = loop();
  let t = 0;
  return {
    theta,
    step(): void {
      run(theta, gradients[(t & 1) as 0 | 1], kept, t + 1, rate);
      t++;
    },
  };
}

function update(subject: Subject, size: number, { limit, floor, goal }: More = {}): Case {
  const { spec, shape, name = spec.kind } = subject;
  const length = shape ? shape[0] * shape[1] : size;
  const module = ours(spec, tensorOf(length, shape), limit);
  module.reset(SLOW);
  const plain = theirs(subject, length, SLOW);
  return {
    name: `${name} update, ${length.toLocaleString('en')} parameters`,
    unit: 'parameter',
    work: length,
    ours: module.step,
    plain: plain.step,
    ...(limit && { limit: module.limit }),
    agree: () => {
      module.reset(FAST);
      const other = theirs(subject, length, FAST);
      for (let t = 0; t < 10; t++) {
        module.step();
        other.step();
      }
      same(module.parameters(), other.theta, 1e-6, name);
      module.reset(SLOW);
    },
    ...(floor !== undefined && { floor }),
    ...(goal !== undefined && { goal }),
  };
}

const momentum = ({ momentum }: Loops): Subject => ({
  spec: sgd({ momentum: 0.9 }),
  name: 'SGD-with-momentum',
  slots: 1,
  loop: () => (p, g, s, _, rate) => momentum(p, g, s[0]!, rate, 0.9),
});

/** Every optimizer: a row each. */
function subjects(js: Loops): Subject[] {
  const two = (loop: (...all: [Float32Array, Float32Array, Float32Array, Float32Array, number, number]) => void) => ({
    slots: 2,
    loop: (): Plain => (p, g, s, t, rate) => loop(p, g, s[0]!, s[1]!, t, rate),
  });
  return [
    { spec: adam(), ...two(js.adam) },
    { spec: adamW(), ...two(js.adamW) },
    {
      spec: amsgrad(),
      name: 'amsgrad',
      slots: 3,
      loop: () => (p, g, s, t, rate) => js.amsgrad(p, g, s[0]!, s[1]!, s[2]!, t, rate),
    },
    { spec: adamax(), ...two(js.adamax) },
    {
      spec: nadam(),
      slots: 2,
      loop: () => {
        let product = 1;
        return (p, g, s, t, rate) => {
          product = js.nadam(p, g, s[0]!, s[1]!, t, rate, product);
        };
      },
    },
    { spec: radam(), ...two(js.radam) },
    { spec: adaBelief(), ...two(js.adaBelief) },
    { spec: yogi(), start: 1e-6, ...two(js.yogi) },
    { spec: lion(), slots: 1, loop: () => (p, g, s, _, rate) => js.lion(p, g, s[0]!, rate) },
    { spec: adan(), slots: 4, loop: () => (p, g, s, t, rate) => js.adan(p, g, s[0]!, s[1]!, s[2]!, s[3]!, t, rate) },
    { spec: adEMAMix(), slots: 3, loop: () => (p, g, s, t, rate) => js.adEMAMix(p, g, s[0]!, s[1]!, s[2]!, t, rate) },
    { spec: lamb(), slots: 3, loop: () => (p, g, s, t, rate) => js.lamb(p, g, s[0]!, s[1]!, s[2]!, t, rate) },
    { spec: scheduleFreeSgd(), ...two(js.scheduleFreeSgd) },
    {
      spec: scheduleFreeAdamW(),
      slots: 3,
      loop: () => (p, g, s, t, rate) => js.scheduleFreeAdamW(p, g, s[0]!, s[1]!, s[2]!, t, rate),
    },
    {
      spec: prodigy(),
      slots: 4,
      loop: () => {
        const kept = { d: 1e-6, largest: 1e-6, numerator: 0 };
        return (p, g, s, t, rate) => js.prodigy(p, g, [s[0]!, s[1]!, s[2]!, s[3]!], kept, t, rate);
      },
    },
    ...(
      [
        [100, 1000],
        [316, 316],
      ] as const
    ).map(([rows, columns]) => ({
      spec: muon(),
      name: `muon ${rows} × ${columns}`,
      shape: [rows, columns] as const,
      slots: 1,
      loop: (): Plain => {
        const [x, next] = [0, 0].map(() => new Float32Array(rows * columns)) as [Float32Array, Float32Array];
        const [a, square] = [0, 0].map(() => new Float32Array(rows * rows)) as [Float32Array, Float32Array];
        const room = js.workspace('f32');
        const multiply: Parameters<typeof js.muon>[6] = (...all) => js.gemmBlocked(...all, room);
        return (p, g, s, _, rate) => js.muon(p, g, s[0]!, [x, next, a, square], [rows, columns], rate, multiply);
      },
    })),
  ];
}

/** Adafactor on a matrix of 250 × 400. */
const adafactorLoop =
  ({ adafactor }: Loops) =>
  (): Plain => {
    const [rows, columns, scratch] = [new Float32Array(250), new Float32Array(400), new Float64Array(400)];
    return (p, g, _, t, rate) => adafactor(p, g, rows, columns, scratch, t, rate, 2 ** -23);
  };

/** The SGD and AdaGrad lines. */
function sgdSubjects(js: Loops): Subject[] {
  const of = (
    spec: SteppingSpec,
    slots: number,
    loop: (p: Float32Array, g: Float32Array, s: readonly Float32Array[], rate: number, t: number) => void,
    more: Partial<Subject> = {},
  ): Subject => ({ spec, slots, loop: () => (p, g, s, t, rate) => loop(p, g, s, rate, t), ...more });
  return [
    of(sgdW({ momentum: 0.9 }), 1, (p, g, [b], rate) => js.sgdW(p, g, b!, rate, 0.9, 0.01)),
    of(signSgd(), 1, (p, g, [b], rate) => js.signSgd(p, g, b!, rate, 0.9)),
    of(lars(), 1, (p, g, [b], rate) => js.lars(p, g, b!, rate, 0.9, 1e-3, 0)),
    of(rprop({ maxStep: 1e-3 }), 2, (p, g, [last, steps], rate, t) => {
      if (t === 1) steps!.fill(rate);
      js.rprop(p, g, last!, steps!, 0.5, 1.2, 1e-6, 1e-3);
    }),
    of(asgd(), 1, (p, g, [x], rate, t) => {
      js.asgd(p, g, x!, rate / (1 + 1e-4 * rate * (t - 1)) ** 0.75, 1e-4, 1);
    }),
    of(adagrad(), 1, (p, g, [s], rate) => js.adagrad(p, g, s!, rate, 1e-10)),
    of(adadelta(), 2, (p, g, [v, u], rate) => js.adadelta(p, g, v!, u!, rate, 0.9, 1e-6)),
    of(rmsprop(), 1, (p, g, [v], rate) => js.rmsprop(p, g, v!, rate, 0.99, 1e-8)),
    of(
      rmsprop({ centered: true, momentum: 0.9 }),
      3,
      (p, g, [v, a, b], rate) => js.rmspropCentered(p, g, v!, a!, b!, rate, 0.99, 1e-8, 0.9),
      { name: 'centered rmsprop with momentum' },
    ),
    of(ftrl({ l1: 0.1, l2: 0.01 }), 2, (p, g, [z, n], rate) => js.ftrl(p, g, z!, n!, rate, 1, 0.1, 0.01)),
    of(ftrl({ power: -0.6 }), 2, (p, g, [z, n], rate) => js.ftrlPower(p, g, z!, n!, rate, 1, 0, 0, 0.6), {
      name: 'ftrl of power −0.6',
    }),
    { spec: adafactor(), slots: 0, loop: adafactorLoop(js), shape: [250, 400] },
  ];
}

/** Those of at most so many parameters. */
export function optimizerCases(js: Loops, most = 1e7): Case[] {
  const all = subjects(js);
  const [adamSubject, adamWSubject] = all as [Subject, Subject];
  return [
    ...[1_000, 100_000].map((length) => update(momentum(js), length, { floor: 5 })),
    ...[adamSubject, adamWSubject].map((one) => update(one, 1_000, { limit: 'rootDivide', floor: 6 })),
    ...all.map((one, i) => update(one, 100_000, i < 2 ? { limit: 'rootDivide', floor: 6 } : { floor: 3, goal: 5 })),
    ...sgdSubjects(js).map((one) => update(one, 100_000, { floor: 3, goal: 5 })),
    ...(most < 1e7 ? [] : [update(adamSubject, 10_000_000, { limit: 'moveFour', floor: 5 })]),
  ];
}
