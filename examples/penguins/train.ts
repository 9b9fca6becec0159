/** A small network that tells three species of penguins apart. */
import { adam, metrics, mlp, softmaxCrossEntropy, trainTestSplit } from 'downhill';
import { loadPenguins } from '../data/index.ts';

export interface Told {
  /** On the quarter of the penguins that was held out. */
  readonly accuracy: number;
  /** Share of the commonest species among them. */
  readonly commonest: number;
  readonly classNames: readonly string[];
  /** Rows the species, columns what they were taken for. */
  readonly confusion: ArrayLike<number>;
  readonly parameters: number;
}

/** The seed decides which penguins are held out, where the network starts, and the order of the rows. */
export function tell(seed: number): Told {
  const { x, shape, y, classNames } = loadPenguins({ sexAndIsland: true });
  const species = Array.from(y, (k) => classNames[k]!);
  const { xTrain, xTest, yTrain, yTest } = trainTestSplit({ data: x, shape }, species, { seed, stratify: true });
  const model = mlp({ inputs: shape[1], hidden: 16, outputs: 3, standardize: true, loss: softmaxCrossEntropy() });
  model.fitSync(xTrain, yTrain, { optimizer: adam(0.01), epochs: 100, seed });
  const { accuracy } = model.evaluate(xTest, yTest, { metrics: 'accuracy' });
  const counts = classNames.map((name) => yTest.filter((one) => one === name).length);
  return {
    accuracy: accuracy!,
    commonest: Math.max(...counts) / yTest.length,
    classNames,
    confusion: metrics.confusionMatrix(model.predict(xTest), yTest).data,
    parameters: Object.values(model.parameters).reduce((sum, { length }) => sum + length, 0),
  };
}
