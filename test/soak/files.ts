/**
 * Files that are cut, altered or made up, with checksums that fit so that everything behind them is reached too: each is
 * refused with a code, or loads and is usable. Nothing else comes out, nothing stays in memory.
 */
import {
  adam,
  type Checkpoint,
  linearRegression,
  logisticRegression,
  meanSquaredError,
  mlp,
  pipeline,
  polynomialFeatures,
  standardScaler,
} from 'downhill';
import { load, loadCheckpoint, resume, save } from 'downhill/store';
import { hex, xxh32 } from '#src/hash.js';
import { defaultEngine } from '#src/memory/engine.js';
import { decode, encode } from '#src/store/file.js';
import { source } from '../helpers/points.js';
import { problem } from '../helpers/problems.js';

// biome-ignore lint/suspicious/noExplicitAny: data of any shape
type Any = any;

const { x, y, binary } = problem(24, 3);

function bases(): { bytes: Uint8Array; data: Any; y: unknown }[] {
  const checkpoints: Checkpoint[] = [];
  const write = (one: Checkpoint): void => void checkpoints.push(one);
  const options = {
    batchSize: 8,
    epochs: 4,
    validation: 0.2,
    metrics: ['r2'],
    optimizer: adam(0.01),
    checkpointEvery: { steps: 4, write },
  };
  const network = mlp({ inputs: 3, hidden: [4], outputs: 1, loss: meanSquaredError() });
  network.fitSync(x, y, options as never);
  const curve = pipeline([standardScaler(), polynomialFeatures(), linearRegression()]);
  curve.fitSync(x, y, { ...options, nonFinite: 'rollback' } as never);
  const classes = logisticRegression({ featureNames: ['a', 'b', 'c'] });
  classes.fitSync(x, binary, { epochs: 5, checkpointEvery: { steps: 3, write } });
  const files = [network, curve, classes, ...checkpoints].map((one) => save(one as never));
  const targets = [y, y, binary, ...checkpoints.map(({ model }) => (model.classes ? binary : y))];
  return files.map((bytes, i) => ({ bytes, data: decode(bytes), y: targets[i] }));
}

const strange = [
  ...[Number.NaN, Infinity, -1, 0, 0.5, 1, 3, 255, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, -0],
  ...['', 'adam', 'toString', '__proto__', 'f32', '\ud800', 'x'.repeat(1000)],
  ...[null, true, false, [], {}, [[]], { kind: 'function' }, { kind: 'adam' }, { tensor: 'weight' }, { number: 'NaN' }],
];

/** The same with one thing or several changed somewhere. */
function altered(data: Any, next: () => number): Any {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const copy = structuredClone(data);
  for (let change = 0; change < 1 + Math.floor(next() * 2); change++) {
    let node = copy;
    for (let depth = 0; depth < 6; depth++) {
      const keys = Object.keys(node).filter((key) => key !== 'kind' || node !== copy);
      if (keys.length === 0) break;
      const key = pick(keys);
      const value = node[key];
      const within = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
      if (within && next() < 0.75) {
        node = value;
        continue;
      }
      const way = next();
      if (way < 0.15) delete node[key];
      else if (way < 0.25) node[pick(['more', 'kind', 'length', 'constructor'])] = pick(strange);
      else if (ArrayBuffer.isView(value)) {
        const array = value as Float64Array;
        if (way < 0.5) node[key] = array.slice(0, Math.floor(next() * array.length));
        else if (way < 0.7) node[key] = pick([new Uint8Array(8), new Float32Array(3), new Float64Array(0)]);
        else if (array.length > 0)
          array[Math.floor(next() * array.length)] = pick([Number.NaN, 255, 1e300, -1, Infinity]);
      } else node[key] = pick(strange);
      break;
    }
  }
  return copy;
}

/** The same bytes with some of them changed, and a checksum that fits. */
function damaged(bytes: Uint8Array, next: () => number): Uint8Array {
  const out = bytes.slice(0, next() < 0.2 ? Math.floor(next() * bytes.length) : bytes.length);
  // The header is where most can go wrong.
  const reach = next() < 0.7 ? Math.min(out.length, 2500) : out.length;
  for (let i = 0; i < 1 + next() * 4 && out.length > 0; i++) out[Math.floor(next() * reach)] = Math.floor(next() * 256);
  if (next() < 0.8 && out.length > 60) {
    const at = 8 + '{"__metadata__":{"checksum":"'.length;
    const sum = hex(xxh32(out.subarray(0, at))) + hex(xxh32(out.subarray(at + 16)));
    out.set(new TextEncoder().encode(sum), at);
  }
  return out;
}

export interface Fuzzed {
  readonly refused: number;
  readonly loaded: number;
  /** Files at which anything else happened. */
  readonly wrong: readonly string[];
  /** Milliseconds of the slowest file. */
  readonly slowest: number;
}

/** @param count how many files. */
export async function fuzzFiles(count: number, seed = 1): Promise<Fuzzed> {
  const next = source(seed);
  const files = bases();
  const { arena } = defaultEngine();
  const blocks = arena.blocks;
  let refused = 0;
  let loaded = 0;
  let slowest = 0;
  const wrong: string[] = [];
  const use = async (bytes: Uint8Array, checkpoint: boolean, y: unknown): Promise<void> => {
    if (!checkpoint) {
      const model = load(bytes) as Any;
      const steps = model.steps.length;
      if (model.fitted.features === 3 || steps > 0) model.predict(x);
      return;
    }
    const read = loadCheckpoint(bytes);
    const again = { maxSteps: 12, epochs: 3, validation: 0.2, otherData: next() < 0.7 };
    await resume(read, x, y, again as never);
  };
  for (let i = 0; i < count; i++) {
    const { bytes, data, y } = files[Math.floor(next() * files.length)]!;
    let file: Uint8Array;
    try {
      file = next() < 0.5 ? damaged(bytes, next) : encode(altered(data, next));
    } catch {
      // What cannot be written is no file.
      continue;
    }
    const started = performance.now();
    try {
      await use(file, data.kind === 'checkpoint', y);
      loaded++;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: string };
      if (typeof code === 'string' && code.startsWith('ERR_') && message) refused++;
      else wrong.push(`file ${i} of seed ${seed}: ${(error as Error).stack}`);
    }
    slowest = Math.max(slowest, performance.now() - started);
    if (arena.blocks !== blocks) wrong.push(`file ${i} of seed ${seed}: ${arena.blocks - blocks} blocks are left`);
    if (wrong.length > 5) break;
  }
  return { refused, loaded, wrong, slowest };
}
