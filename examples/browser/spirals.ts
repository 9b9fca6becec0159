/** What is learned: which of two spirals a point lies on. The same in the page and in the worker. */
import { adam, binaryCrossEntropy, matrix, mlp } from 'downhill';

const TURNS = 1.5;

/** Points on two spirals, one after the other, with noise. */
export function spirals(count: number) {
  const x = new Float32Array(2 * count);
  const y = new Int32Array(count);
  let seed = 1;
  const noise = (): number => {
    seed = (seed * 16807) % 2147483647;
    return (seed / 2147483647 - 0.5) / 10;
  };
  for (let i = 0; i < count; i++) {
    const radius = 0.1 + 0.9 * (i / count);
    const angle = TURNS * 2 * Math.PI * radius + (i % 2) * Math.PI;
    x[2 * i] = radius * Math.cos(angle) + noise();
    x[2 * i + 1] = radius * Math.sin(angle) + noise();
    y[i] = i % 2;
  }
  return { x: matrix(x, count, 2), y };
}

export const EPOCHS = 200;

/** What a curve needs of an epoch. */
export interface Progress {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
}

export interface Outcome {
  readonly stopReason: string;
  readonly seconds: number;
}

/** Trains, telling of every epoch. */
export async function train(signal: AbortSignal, tell: (progress: Progress) => void): Promise<Outcome> {
  const { x, y } = spirals(4000);
  const model = mlp({ inputs: 2, hidden: [32, 32], outputs: 1, loss: binaryCrossEntropy() });
  const run = model.fit(x, y, {
    optimizer: adam(1e-3),
    epochs: EPOCHS,
    batchSize: 64,
    metrics: 'accuracy',
    signal,
  });
  for await (const { epoch, loss, metrics } of run) tell({ epoch, loss, accuracy: metrics.accuracy! });
  const { stopReason, seconds } = await run;
  return { stopReason, seconds };
}
