/** Logistic regression where one class is rare: events in the readings of four sensors. */
import { logisticRegression, standardScaler, trainTestSplit } from 'downhill';
import { loadSensors } from '../data/index.ts';
import { conclude, flat, type Summary, type Tour } from './model.ts';
import { descend, weightedLogistic } from './plain.ts';
import { count, dim, fact, follow, heading, percent, print, short } from './screen.ts';

const LOSS_TOLERANCE = 1e-6;
const STEPS = 20;

/** What became of the rows of both classes. */
function confusion(predicted: ArrayLike<unknown>, truth: ArrayLike<number>) {
  const cells = { hits: 0, misses: 0, falseAlarms: 0, quiet: 0 };
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === 1) cells[predicted[i] === 1 ? 'hits' : 'misses']++;
    else cells[predicted[i] === 1 ? 'falseAlarms' : 'quiet']++;
  }
  const recall = cells.hits / (cells.hits + cells.misses);
  const specificity = cells.quiet / (cells.quiet + cells.falseAlarms);
  return {
    ...cells,
    recall,
    precision: cells.hits / (cells.hits + cells.falseAlarms || 1),
    balancedAccuracy: (recall + specificity) / 2,
    accuracy: (cells.hits + cells.quiet) / truth.length,
  };
}

export async function sensors(tour: Tour): Promise<Summary> {
  const { x, shape, y, featureNames } = loadSensors();
  const { xTrain, xTest, yTrain, yTest } = trainTestSplit({ data: x, shape }, y, { stratify: true });
  const events = (labels: Int32Array): number => labels.reduce((sum, label) => sum + label, 0);
  heading(
    3,
    'Sensors: logistic regression',
    `${events(y)} events among ${count(shape[0])} readings of wireless sensors; ${count(yTrain.length)} rows to learn ` +
      `from, ${events(yTrain)} of them events. Balanced weights give both classes the same say.`,
  );
  const model = logisticRegression({ featureNames });
  const options = { classWeights: 'balanced', tolerance: null } as const;
  const result = await follow(
    model.fit(xTrain, yTrain, {
      ...options,
      lossTolerance: tour.quick ? 1e-4 : LOSS_TOLERANCE,
      validation: { x: xTest, y: yTest },
    }),
  );
  const units = ['% humidity', '°C', 'indoors'];
  featureNames.forEach((name, j) => {
    const b = model.coefficients[j]!;
    const odds = j < 2 ? `the odds times ${short(Math.exp(b))} per ${units[j]}` : 'the odds indoors are higher';
    print(`  ${name.padEnd(20)}${short(b, true).padStart(12)}   ${dim(odds)}`);
  });
  print(`  ${'intercept'.padEnd(20)}${short(model.intercept[0]!, true).padStart(12)}`);
  print();
  const seen = confusion(model.predict(xTest), yTest);
  const never = 1 - events(yTest) / yTest.length;
  fact(
    'Unseen',
    `${seen.hits} of ${seen.hits + seen.misses} events found, ${seen.falseAlarms} false alarms in ${count(yTest.length)} rows: ` +
      `recall ${percent(seen.recall)}, precision ${percent(seen.precision)}, balanced accuracy ${percent(seen.balancedAccuracy)}. ` +
      `Accuracy misleads: ${percent(seen.accuracy)}, and never reporting an event has ${percent(never)}.`,
  );
  print();

  const columns = shape[1];
  const z = standardScaler().fitTransform(xTrain).data as Float64Array;
  const share = events(yTrain) / yTrain.length;
  const weights = Float64Array.from(yTrain, (label) => 0.5 / (label === 1 ? share : 1 - share));
  const fresh = logisticRegression();
  const outcome = conclude(
    result,
    { lossTolerance: tour.quick ? 1e-4 : LOSS_TOLERANCE },
    {
      what: `${STEPS} of these steps`,
      ours: () => {
        fresh.fitSync(xTrain, yTrain, { ...options, maxSteps: STEPS });
        return flat(fresh.parameters);
      },
      plain: () =>
        descend(
          { loss: (theta, gradient) => weightedLogistic(z, yTrain, weights, columns, theta, gradient) },
          new Float64Array(columns + 1),
          STEPS,
        ),
      tolerance: 1e-9,
    },
    tour,
  );
  return {
    name: 'sensors',
    model: 'logistic',
    score: `balanced accuracy ${percent(seen.balancedAccuracy)}`,
    seconds: result.seconds,
    outcome,
  };
}
