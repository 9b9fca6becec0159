/** What options of losses may be. */
import { boolean, type Family, type Field, integer, list, nullable, number, oneOf } from '../spec.ts';
import type { LossSpec } from './options.ts';

const margin = number('[0, ∞)', 1);
const smoothing = number('[0, 1]', 0);
const gamma = number('[0, ∞)', 2);
const index = nullable(integer('(-∞, ∞)'));
const weights: Field<readonly number[] | null> = nullable(list(number('[0, ∞)')));
const allZero = ({ classWeights }: { readonly classWeights: readonly number[] | null }): string | false =>
  !!classWeights?.every((weight) => weight === 0) && 'classWeights: at least one must be > 0, all are 0';

/** @internal */
export const losses: Family<LossSpec> = {
  name: 'loss',
  kinds: {
    meanSquaredError: {},
    meanAbsoluteError: {},
    huber: { delta: number('(0, ∞)', 1) },
    logCosh: {},
    quantile: { quantile: number('(0, 1)', 0.5) },
    epsilonInsensitive: { epsilon: number('[0, ∞)', 0.1), squared: boolean(false) },
    poisson: { logInput: boolean(true), full: boolean(false) },
    gammaDeviance: {},
    tweedieDeviance: { power: number('[1, 2]', 1.5) },
    binaryCrossEntropy: {
      posWeight: number('(0, ∞)', 1),
      labelSmoothing: smoothing,
      fromProbabilities: boolean(false),
    },
    focal: { gamma, alpha: { ...nullable(number('[0, 1]')), fallback: 0.25 } },
    hinge: { margin },
    squaredHinge: { margin },
    modifiedHuber: {},
    kullbackLeibler: { normalized: boolean(true) },
    softmaxCrossEntropy: {
      labelSmoothing: smoothing,
      targets: oneOf(['index', 'distribution'], 'index'),
      classWeights: weights,
      ignoreIndex: index,
      normalized: boolean(true),
    },
    nll: { classWeights: weights, ignoreIndex: index },
    softmaxFocal: { gamma },
    multiclassHinge: { margin },
    gaussianNll: { input: oneOf(['variance', 'logVariance'], 'variance'), full: boolean(false) },
    cosineEmbedding: { margin: number('[-1, 1]', 0) },
    triplet: { margin, swap: boolean(false) },
  },
  rules: { softmaxCrossEntropy: allZero, nll: allZero },
};
