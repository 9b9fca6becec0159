/** Networks on handwritten digits: 8,000 to train, 2,000 that they never see. */
import { adamW, augmentImages, mlp, type Network, softmaxCrossEntropy, warmupCosine } from 'downhill';
import { loadDigits } from '../data/index.ts';

export const SEEDS = [0, 1, 2] as const;

const SIDE = 28;
const PIXELS = SIDE * SIDE;

export interface Training {
  readonly epochs: number;
  readonly batchSize: number;
  /** The rate rises to this in a twentieth of the steps, then falls to 0 along a cosine. */
  readonly peak: number;
  /** Whether digits are shifted, turned and scaled. */
  readonly augmented: boolean;
  readonly seed: number;
  /** Training rows, from the first on. Default all 8,000. */
  readonly rows?: number;
}

export interface Trained {
  /** On the 2,000. */
  readonly accuracy: number;
  readonly seconds: number;
}

const digits = loadDigits();

const images = (from: number, to: number) => ({
  data: digits.x.subarray(from * PIXELS, to * PIXELS),
  shape: [to - from, PIXELS] as const,
});

/** Trains a network and counts how many of the digits it never saw it reads correctly. */
export function train(model: Network, training: Training): Trained {
  const { epochs, batchSize, peak, augmented, seed, rows = digits.trainingRows } = training;
  const totalSteps = epochs * Math.ceil(rows / batchSize);
  const learningRate = warmupCosine({ peak, warmupSteps: Math.round(totalSteps / 20), totalSteps });
  const { seconds } = model.fitSync(images(0, rows), digits.y.subarray(0, rows), {
    loss: softmaxCrossEntropy({ labelSmoothing: 0.1 }),
    optimizer: adamW({ learningRate, weightDecay: 0.01 }),
    epochs,
    batchSize,
    seed,
    augmentation: augmented
      ? augmentImages({ height: SIDE, width: SIDE, shift: 2, rotate: 10, scale: [0.9, 1.1] })
      : null,
  });
  const { trainingRows } = digits;
  const unseen = digits.y.subarray(trainingRows);
  const { accuracy } = model.evaluate(images(trainingRows, digits.y.length), unseen, { metrics: 'accuracy' });
  return { accuracy: accuracy!, seconds };
}

/** A multilayer perceptron. Augmentation makes dropout unnecessary. */
export const perceptron = (dropout: number): Network =>
  mlp({ inputs: PIXELS, hidden: [256, 128], outputs: 10, dropout, loss: softmaxCrossEntropy() });

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Trains with every seed, a line each. */
export function trainAll(what: string, make: () => Network, training: Omit<Training, 'seed'>): void {
  console.log(`\n${what}, ${training.epochs} epochs${training.augmented ? ', augmented' : ''}`);
  const accuracies = SEEDS.map((seed) => {
    const { accuracy, seconds } = train(make(), { ...training, seed });
    console.log(`  seed ${seed}: ${(100 * accuracy).toFixed(2)} % of 2,000 unseen digits, ${seconds.toFixed(1)} s`);
    return accuracy;
  });
  console.log(`  median ${(100 * median(accuracies)).toFixed(2)} %`);
}
