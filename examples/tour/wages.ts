/** Linear regression: Mincer's wage equation. */
import { linearRegression, standardScaler, trainTestSplit } from 'downhill';
import { plain } from '../../bench/plain/index.ts';
import { loadWages } from '../data/index.ts';
import { conclude, flat, type Summary, type Tour } from './model.ts';
import { descend } from './plain.ts';
import { count, dim, fact, fixed, follow, heading, percent, print, width } from './screen.ts';

const STEPS = 200;

/** Name, coefficient and what it means for a wage, in two columns. */
function printCoefficients(names: readonly string[], coefficients: Float64Array, intercept: number): void {
  const cells = names.map((name, j) => {
    const b = coefficients[j]!;
    // A square has no effect of its own: experience moves as well.
    const effect = name === 'experienceSquared' ? '' : `${fixed(100 * Math.expm1(b), 1, true)} %`;
    return `${name.padEnd(23)}${fixed(b, 3, true).padStart(7)}${effect.padStart(8)}`;
  });
  cells.push(`${'intercept'.padEnd(23)}${fixed(intercept, 3, true).padStart(7)}`);
  const half = width < 80 ? cells.length : Math.ceil(cells.length / 2);
  for (let i = 0; i < half; i++) print(`  ${[cells[i], cells[i + half]].filter(Boolean).join('  ')}`);
  print(dim('  A unit more multiplies the wage by e^b: the percentages.'));
  print();
}

export async function wages(tour: Tour): Promise<Summary> {
  const { x, shape, y, featureNames } = loadWages();
  const { xTrain, xTest, yTrain, yTest } = trainTestSplit({ data: x, shape }, y);
  heading(
    1,
    'Wages: linear regression',
    `ln(wage) of ${count(shape[0])} workers in the United States, May 1985, from ${shape[1]} features; ` +
      `${yTrain.length} rows to learn from. No options: least squares, full batch, line search.`,
  );
  const model = linearRegression({ featureNames });
  // Held-out rows only for the second curve.
  const result = await follow(model.fit(xTrain, yTrain, { validation: { x: xTest, y: yTest } }));
  printCoefficients(featureNames, model.coefficients, model.intercept[0]!);
  const { r2, rootMeanSquaredError } = model.evaluate(xTest, yTest, { metrics: ['r2', 'rootMeanSquaredError'] });
  const r2Train = model.evaluate(xTrain, yTrain, { metrics: ['r2'] }).r2!;
  fact(
    'Unseen',
    `R² ${r2!.toFixed(3)} on ${yTest.length} rows (${r2Train.toFixed(3)} on the rows learnt from), typical error ` +
      `${percent(Math.expm1(rootMeanSquaredError!), 0)} of the wage.`,
  );
  print();

  const { linearGradient } = await plain('f64');
  const columns = shape[1];
  const z = standardScaler().fitTransform(xTrain).data as Float64Array;
  const fresh = linearRegression();
  const outcome = conclude(
    result,
    { tolerance: 1e-8 },
    {
      what: `${STEPS} of these steps`,
      ours: () => {
        fresh.fitSync(xTrain, yTrain, { maxSteps: STEPS });
        return flat(fresh.parameters);
      },
      plain: () =>
        descend(
          { loss: (theta, gradient) => linearGradient(z, yTrain, yTrain.length, columns, theta, gradient) },
          new Float64Array(columns + 1),
          STEPS,
        ),
      tolerance: 1e-9,
    },
    tour,
  );
  return { name: 'wages', model: 'linear', score: `R² ${r2!.toFixed(3)}`, seconds: result.seconds, outcome };
}
