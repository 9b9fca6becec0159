/**
 * The next character of "Alice's Adventures in Wonderland" from the ones before: an embedding of each, and a multilayer
 * perceptron. The last tenth of the book is never trained on; cross-entropies are those of its characters, in nats.
 */
import {
  adamW,
  dense,
  embedding,
  flatten,
  input,
  type Network,
  sequential,
  softmaxCrossEntropy,
  warmupCosine,
} from 'downhill';
import { loadAlice } from '../data/index.ts';

/** Characters that are looked at. */
export const CONTEXT = 12;

export interface Training {
  readonly seed: number;
  readonly epochs: number;
  /** Units of the hidden layer. */
  readonly units: number;
  /** Characters to train on, those before the last tenth. Default all. */
  readonly characters?: number;
}

const { codes, alphabet } = loadAlice();
const SIZE = alphabet.length;
const CUT = Math.floor(0.9 * codes.length);

/** A row for each character from `from` on: those before it, and itself. */
function rows(from: number, to: number) {
  const n = to - from;
  const data = new Uint8Array(n * CONTEXT);
  for (let i = 0; i < n; i++) data.set(codes.subarray(from + i - CONTEXT, from + i), i * CONTEXT);
  return { x: { data, shape: [n, CONTEXT] as const }, y: Int32Array.from(codes.subarray(from, to)) };
}

/** Counts of single characters and of pairs, smoothed: what a table can do. */
export function baselines(): { readonly single: number; readonly pairs: number } {
  const counts = new Float64Array(SIZE).fill(1);
  const pairs = new Float64Array(SIZE * SIZE);
  for (let i = 1; i < CUT; i++) {
    counts[codes[i]!]!++;
    pairs[codes[i - 1]! * SIZE + codes[i]!]!++;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [single, pair] = [0, 0];
  for (let i = CUT; i < codes.length; i++) {
    const p = counts[codes[i]!]! / total;
    const row = pairs.subarray(codes[i - 1]! * SIZE, (codes[i - 1]! + 1) * SIZE);
    const seen = row.reduce((sum, count) => sum + count, 0);
    single -= Math.log(p);
    // A pair that was never seen is as likely as its second character.
    pair -= Math.log((row[codes[i]!]! + p) / (seen + 1));
  }
  const n = codes.length - CUT;
  return { single: single / n, pairs: pair / n };
}

export interface Trained {
  readonly model: Network;
  /** Cross-entropy of the last tenth. */
  readonly loss: number;
  readonly accuracy: number;
  readonly seconds: number;
}

export function train({ seed, epochs, units, characters = CUT }: Training): Trained {
  const batchSize = 128;
  const model = sequential(
    [
      input(CONTEXT),
      embedding({ inputDim: SIZE, outputDim: 16 }),
      flatten(),
      dense({ units, activation: 'relu' }),
      dense(SIZE),
    ],
    // Some characters occur in the last tenth alone.
    { loss: softmaxCrossEntropy(), classes: Array.from({ length: SIZE }, (_, k) => k) },
  );
  const totalSteps = epochs * Math.ceil((characters - CONTEXT) / batchSize);
  const learningRate = warmupCosine({ peak: 2e-3, warmupSteps: Math.round(totalSteps / 20), totalSteps });
  const { x, y } = rows(CUT - characters + CONTEXT, CUT);
  const { seconds } = model.fitSync(x, y, {
    optimizer: adamW({ learningRate, weightDecay: 0.1 }),
    epochs,
    batchSize,
    seed,
  });
  const unseen = rows(CUT, codes.length);
  const { loss, accuracy } = model.evaluate(unseen.x, unseen.y, { metrics: 'accuracy' });
  return { model, loss, accuracy: accuracy!, seconds };
}

/** Goes on from a text, drawing each character from what the network thinks of it. `uniform` gives numbers in [0, 1). */
export function write(model: Network, start: string, length: number, uniform: () => number): string {
  const text = Array.from(start, (c) => alphabet.indexOf(c));
  while (text.length < start.length + length) {
    const p = model.predictProbability<Float32Array>([text.slice(-CONTEXT)]);
    let left = uniform();
    let next = 0;
    while (next < SIZE - 1 && left >= p[next]!) left -= p[next++]!;
    text.push(next);
  }
  return text.map((code) => alphabet[code]).join('');
}
