/** Softmax regression with L1: which measurements tell three species apart. */
import { l1, softmaxRegression, standardScaler, trainTestSplit } from 'downhill';
import { plain } from '../../bench/plain/index.ts';
import { loadPenguins } from '../data/index.ts';
import { conclude, flat, type Summary, type Tour } from './model.ts';
import { descend, softThreshold } from './plain.ts';
import { bold, dim, fact, follow, heading, percent, print, short } from './screen.ts';

const LAMBDA = 0.01;
const STEPS = 100;

/** A row for a feature, a column for a class; a dot is an exact zero. */
function printTable(
  names: readonly string[],
  classes: readonly string[],
  coefficients: Float64Array,
  intercepts: Float64Array,
): void {
  const columns = names.length;
  const cell = (value: number): string => (value === 0 ? '·' : short(value, true)).padStart(12);
  print(`  ${' '.repeat(20)}${classes.map((name) => bold(name.padStart(12))).join('')}`);
  names.forEach((name, j) => {
    print(`  ${name.padEnd(20)}${classes.map((_, k) => cell(coefficients[k * columns + j]!)).join('')}`);
  });
  print(`  ${'intercept'.padEnd(20)}${Array.from(intercepts, cell).join('')}`);
  const zeros = coefficients.filter((value) => value === 0).length;
  print(dim(`  · is exactly zero: ${zeros} of ${coefficients.length} coefficients.`));
  print();
}

export async function penguins(tour: Tour): Promise<Summary> {
  const { x, shape, y, featureNames, classNames } = loadPenguins({ sexAndIsland: true });
  const species = Array.from(y, (k) => classNames[k]!);
  const { xTrain, xTest, yTrain, yTest } = trainTestSplit({ data: x, shape }, species, { stratify: true });
  heading(
    2,
    'Penguins: softmax regression with L1',
    `The species of ${shape[0]} penguins from ${shape[1]} features; ${yTrain.length} rows to learn from. ` +
      `The penalty ${LAMBDA}·Σ|w| acts on standardised weights by a proximal step.`,
  );
  const model = softmaxRegression({ featureNames });
  const result = await follow(
    model.fit(xTrain, yTrain, { regularizer: l1(LAMBDA), validation: { x: xTest, y: yTest } }),
  );
  printTable(featureNames, classNames, model.coefficients, model.intercept);
  const { accuracy } = model.evaluate(xTest, yTest, { metrics: ['accuracy'] });
  const predicted = model.predict(xTest);
  const wrong = yTest.flatMap((truth, i) => (predicted[i] === truth ? [] : [`${truth} taken for ${predicted[i]}`]));
  fact(
    'Unseen',
    `${percent(accuracy!)} of ${yTest.length} penguins named correctly${wrong.length > 0 ? `; wrong: ${wrong.join(', ')}` : ''}.`,
  );
  print();

  const { softmaxGradient } = await plain('f64');
  const [rows, columns, outputs] = [yTrain.length, shape[1], classNames.length];
  const z = standardScaler().fitTransform(xTrain).data as Float64Array;
  const labels = Int32Array.from(yTrain, (name) => classNames.indexOf(name));
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  const scores = new Float64Array(rows * outputs);
  const fresh = softmaxRegression();
  const outcome = conclude(
    result,
    { tolerance: 1e-8 },
    {
      what: `${STEPS} of these steps`,
      ours: () => {
        fresh.fitSync(xTrain, yTrain, { regularizer: l1(LAMBDA), maxSteps: STEPS });
        return flat(fresh.parameters);
      },
      plain: () =>
        descend(
          {
            loss: (theta, gradient) =>
              softmaxGradient(z, labels, columns, outputs, order, 0, rows, theta, gradient, scores),
            proximal: softThreshold(LAMBDA, columns * outputs),
          },
          new Float64Array((columns + 1) * outputs),
          STEPS,
        ),
      tolerance: 1e-9,
    },
    tour,
  );
  return { name: 'penguins', model: 'softmax, L1', score: percent(accuracy!), seconds: result.seconds, outcome };
}
