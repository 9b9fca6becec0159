/** Softmax regression on pictures: mini-batches, momentum, a falling rate, early stopping. */
import { earlyStopping, type FitOptions, perEpoch, rateAt, sgd, softmaxRegression, squareDecay } from 'downhill';
import { plain } from '../../bench/plain/index.ts';
import { loadDigits } from '../data/index.ts';
import { Canvas } from './chart.ts';
import { conclude, flat, type Summary, type Tour } from './model.ts';
import { bold, count, dim, fact, follow, heading, percent, print, width } from './screen.ts';

const SIDE = 28;
const CLASSES = 10;
const BATCH = 128;
const MOMENTUM = 0.9;
const PATIENCE = 3;
const EPOCHS = 2;
/** Weights above this share of the largest are drawn. */
const DRAWN = 0.2;

/** Each pixel with its neighbours, (1 2 1) across and down. */
function smooth(weights: Float64Array): Float64Array {
  return weights.map((_, at) => {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    let sum = 0;
    let total = 0;
    for (let i = Math.max(row - 1, 0); i <= Math.min(row + 1, SIDE - 1); i++) {
      for (let j = Math.max(column - 1, 0); j <= Math.min(column + 1, SIDE - 1); j++) {
        const share = (i === row ? 2 : 1) * (j === column ? 2 : 1);
        sum += share * weights[i * SIDE + j]!;
        total += share;
      }
    }
    return sum / total;
  });
}

/** The pixels that speak for a digit, one dot each. */
function template(weights: Float64Array): string[] {
  const smoothed = smooth(weights);
  const limit = DRAWN * Math.max(...smoothed);
  const canvas = new Canvas(SIDE / 2, SIDE / 4);
  smoothed.forEach((value, at) => {
    if (value > limit) canvas.dot(at % SIDE, Math.floor(at / SIDE), 0);
  });
  return canvas.lines();
}

function printTemplates(coefficients: Float64Array): void {
  const pixels = SIDE * SIDE;
  const perRow = width < 78 ? 4 : 5;
  const templates = Array.from({ length: CLASSES }, (_, k) =>
    template(coefficients.subarray(k * pixels, (k + 1) * pixels)),
  );
  for (let from = 0; from < CLASSES; from += perRow) {
    const some = templates.slice(from, from + perRow);
    some[0]!.forEach((_, line) => {
      const cells = some.map((rows, i) => (line === 0 ? bold(String(from + i)) : ' ') + rows[line]!);
      print(`  ${cells.join('').trimEnd()}`);
    });
  }
  print(dim('  The weights that speak for each digit, smoothed over 3 × 3 pixels.'));
  print();
}

export async function digits(tour: Tour): Promise<Summary> {
  const { x, y, shape, trainingRows } = loadDigits();
  const columns = shape[1];
  const xTrain = { data: x.subarray(0, trainingRows * columns), shape: [trainingRows, columns] };
  const yTrain = y.subarray(0, trainingRows);
  const xTest = { data: x.subarray(trainingRows * columns), shape: [shape[0] - trainingRows, columns] };
  const yTest = y.subarray(trainingRows);
  heading(
    4,
    'Digits: softmax regression on 784 pixels',
    `${count(trainingRows)} handwritten digits, a fifth of them held out to know when to stop. Single precision, batches ` +
      `of ${BATCH}, momentum, rate 0.1/(1 + e/20)² in epoch e.`,
  );
  const learningRate = squareDecay({ initial: 0.1, decay: 0.05 });
  const options: FitOptions<Int32Array> = {
    optimizer: sgd({ learningRate: perEpoch(learningRate), momentum: MOMENTUM }),
    batchSize: BATCH,
  };
  const model = softmaxRegression({ dtype: 'f32', standardize: false });
  const result = await follow(
    model.fit(xTrain, yTrain, {
      ...options,
      epochs: tour.quick ? 3 : 50,
      validation: { fraction: 0.2, stratify: true },
      earlyStopping: earlyStopping({ patience: PATIENCE, restoreBest: true }),
    }),
  );
  printTemplates(model.coefficients);
  const { accuracy } = model.evaluate(xTest, yTest, { metrics: ['accuracy'] });
  fact('Unseen', `${percent(accuracy!)} of the last ${count(yTest.length)} digits read correctly.`);
  print();

  const { softmaxEpoch, momentum } = await plain('f32');
  const order = Uint32Array.from({ length: trainingRows }, (_, i) => i);
  const size = CLASSES * (columns + 1);
  const gradient = new Float64Array(size);
  const scores = new Float64Array(BATCH * CLASSES);
  const fresh = softmaxRegression({ dtype: 'f32', standardize: false });
  const outcome = conclude(
    result,
    { patience: PATIENCE, restoreBest: true },
    {
      what: `${EPOCHS} epochs, rows in order`,
      ours: () => {
        fresh.fitSync(xTrain, yTrain, { ...options, epochs: EPOCHS, shuffle: false });
        return flat(fresh.parameters);
      },
      plain: () => {
        const theta = new Float32Array(size);
        const buffer = new Float32Array(size);
        for (let epoch = 0; epoch < EPOCHS; epoch++) {
          const rate = rateAt(learningRate, epoch);
          softmaxEpoch(
            xTrain.data,
            yTrain,
            columns,
            CLASSES,
            order,
            BATCH,
            theta,
            gradient,
            scores,
            (theta, gradient) => momentum(theta, gradient, buffer, rate, MOMENTUM),
          );
        }
        return theta;
      },
      tolerance: 1e-4,
    },
    tour,
  );
  return { name: 'digits', model: 'softmax, SGD', score: percent(accuracy!), seconds: result.seconds, outcome };
}
