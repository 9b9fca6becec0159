/**
 * Names of the same in PyTorch, Keras and scikit-learn (for optimizers and schedules optax), and which of their parameters
 * each of our options is; undefined where there is none. The defaults come from docs/other-defaults.json: others.ts says
 * what may stand here. What is not the same says so in the comment of the spec, a default that is not PyTorch's in
 * `differs`.
 */
export { optimizers } from './elsewhere-optimizers.ts';
export { around, schedules } from './elsewhere-steps.ts';

import { type Counterpart, says, type Three } from './others.ts';

const none = undefined;

/** Option of `lossAndGradient` that all losses share. */
export const reduction: Three = ['reduction', 'reduction', none];

export const losses: Readonly<Record<string, Counterpart>> = {
  meanSquaredError: { names: ['nn.MSELoss', 'losses.MeanSquaredError', 'mean_squared_error'] },
  meanAbsoluteError: { names: ['nn.L1Loss', 'losses.MeanAbsoluteError', 'mean_absolute_error'] },
  huber: {
    names: ['nn.HuberLoss', 'losses.Huber', "SGDRegressor(loss='huber')"],
    options: { delta: ['delta', 'delta', 'epsilon'] },
  },
  logCosh: { names: [none, 'losses.LogCosh', none] },
  quantile: {
    names: [none, none, 'mean_pinball_loss, QuantileRegressor'],
    options: { quantile: [none, none, 'alpha, QuantileRegressor.quantile'] },
  },
  epsilonInsensitive: {
    names: [none, none, 'SVR, LinearSVR, SGDRegressor'],
    options: {
      epsilon: [none, none, 'SVR.epsilon, LinearSVR.epsilon, SGDRegressor.epsilon'],
      squared: [none, none, "LinearSVR.loss='squared_epsilon_insensitive'"],
    },
  },
  poisson: {
    names: ['nn.PoissonNLLLoss', 'losses.Poisson', 'PoissonRegressor'],
    options: {
      logInput: ['log_input', says('takes means'), says('always by the log')],
      full: ['full', none, none],
    },
  },
  gaussianNll: {
    names: ['nn.GaussianNLLLoss', none, none],
    options: {
      input: [says('takes variances'), none, none],
      full: ['full', none, none],
    },
  },
  gammaDeviance: { names: [none, none, 'mean_gamma_deviance, GammaRegressor'] },
  tweedieDeviance: {
    names: [none, none, 'mean_tweedie_deviance, TweedieRegressor'],
    options: { power: [none, none, 'mean_tweedie_deviance.power, TweedieRegressor.power'] },
  },
  binaryCrossEntropy: {
    names: ['nn.BCEWithLogitsLoss, nn.BCELoss', 'losses.BinaryCrossentropy', 'log_loss, LogisticRegression'],
    options: {
      posWeight: ['pos_weight', none, 'class_weight'],
      labelSmoothing: [none, 'label_smoothing', none],
      fromProbabilities: [says('`nn.BCELoss`'), 'from_logits', says('takes probabilities')],
    },
    differs: {
      posWeight: '1 is the same as none.',
    },
  },
  softmaxCrossEntropy: {
    names: [
      'nn.CrossEntropyLoss',
      'losses.SparseCategoricalCrossentropy, losses.CategoricalCrossentropy',
      'log_loss, LogisticRegression',
    ],
    options: {
      labelSmoothing: ['label_smoothing', 'CategoricalCrossentropy.label_smoothing', none],
      targets: [says('by shape and type'), says('a class each'), says('labels')],
      classWeights: ['weight', none, 'class_weight'],
      ignoreIndex: ['ignore_index', 'SparseCategoricalCrossentropy.ignore_class', none],
      normalized: [says('not checked'), says('not checked'), none],
    },
    differs: {
      ignoreIndex: 'No index is ignored unless named: −100 in the targets is an error here.',
    },
  },
  nll: {
    names: ['nn.NLLLoss', none, none],
    options: {
      classWeights: ['weight', none, none],
      ignoreIndex: ['ignore_index', none, none],
    },
    differs: {
      ignoreIndex: 'No index is ignored unless named: −100 in the targets is an error here.',
    },
  },
  kullbackLeibler: {
    names: ['nn.KLDivLoss', 'losses.KLDivergence', none],
    options: { normalized: [says('not checked'), says('not checked'), none] },
  },
  focal: {
    names: ['torchvision.ops.sigmoid_focal_loss', 'losses.BinaryFocalCrossentropy', none],
    options: {
      gamma: ['gamma', 'gamma', none],
      alpha: ['alpha', 'alpha, apply_class_balancing', none],
    },
    differs: {
      reduction: '`sigmoid_focal_loss` gives a value for each element unless told; its mean is the same as here.',
    },
  },
  softmaxFocal: {
    names: [none, 'losses.CategoricalFocalCrossentropy', none],
    options: { gamma: [none, 'gamma', none] },
  },
  hinge: {
    names: [none, 'losses.Hinge', "hinge_loss, SGDClassifier(loss='hinge')"],
    options: { margin: [none, says('always 1'), says('always 1')] },
  },
  squaredHinge: {
    names: [none, 'losses.SquaredHinge', "LinearSVC(loss='squared_hinge')"],
    options: { margin: [none, says('always 1'), says('always 1')] },
  },
  modifiedHuber: { names: [none, none, "SGDClassifier(loss='modified_huber')"] },
  multiclassHinge: {
    names: [none, 'losses.CategoricalHinge', "LinearSVC(multi_class='crammer_singer')"],
    options: { margin: [none, says('always 1'), says('always 1')] },
  },
  cosineEmbedding: {
    names: ['nn.CosineEmbeddingLoss', none, none],
    options: { margin: ['margin', none, none] },
  },
  triplet: {
    names: ['nn.TripletMarginLoss', none, none],
    options: { margin: ['margin', none, none], swap: ['swap', none, none] },
  },
};

const intercept: Three = [
  says('weight decay acts on biases'),
  says('`kernel_regularizer` leaves biases out'),
  says('never'),
];
const biases: Three = [none, says('`kernel_constraint` leaves biases out'), says('never')];
const features: Three = [says('by parameter group'), says('by layer'), says('all')];
const method: Three = [says('sub-gradient'), says('sub-gradient'), says('coordinate descent')];

export const penalties: Readonly<Record<string, Counterpart>> = {
  l1: {
    names: [none, 'regularizers.L1', 'Lasso'],
    options: { lambda: [none, 'l1', 'alpha'], method, features, intercept },
  },
  l2: {
    names: ['optim.SGD(weight_decay), optim.Adam(weight_decay)', 'regularizers.L2', 'Ridge'],
    options: { lambda: ['weight_decay', 'l2', 'alpha'], features, intercept },
  },
  elasticNet: {
    names: [none, 'regularizers.L1L2', 'ElasticNet'],
    options: {
      l1: [none, 'l1', 'alpha, l1_ratio'],
      l2: [none, 'l2', 'alpha, l1_ratio'],
      method,
      features,
      intercept,
    },
  },
  groupLasso: {
    names: [none, none, 'MultiTaskLasso'],
    options: {
      lambda: [none, none, 'alpha'],
      groups: [none, none, says('one group a feature')],
      scaleBySize: [none, none, says('never')],
      method: [none, none, method[2]],
      features: [none, none, features[2]],
      intercept: [none, none, intercept[2]],
    },
  },
  maxNorm: {
    names: ['nn.Embedding(max_norm)', 'constraints.MaxNorm', none],
    options: {
      max: ['max_norm', 'max_value', none],
      features: [none, features[1], none],
      intercept: [none, biases[1], none],
    },
  },
  nonNegative: {
    names: [none, 'constraints.NonNeg', 'LinearRegression(positive=True)'],
    options: { features, intercept: biases },
  },
  box: {
    names: [none, none, none],
    options: { lower: [], upper: [], features: [], intercept: [] },
  },
};

const average: Three = ['average', says('one class'), 'average'];

export const metrics: Readonly<Record<string, Counterpart>> = {
  accuracy: { names: ['torchmetrics.Accuracy', 'metrics.Accuracy', 'accuracy_score'] },
  balancedAccuracy: { names: ["torchmetrics.Accuracy(average='macro')", none, 'balanced_accuracy_score'] },
  topKAccuracy: {
    names: ['torchmetrics.Accuracy(top_k)', 'metrics.TopKCategoricalAccuracy', 'top_k_accuracy_score'],
    options: { k: ['top_k', 'k', 'k'] },
    differs: {
      k: "scikit-learn's: with 1 it is `accuracy`.",
    },
  },
  precision: {
    names: ['torchmetrics.Precision', 'metrics.Precision', 'precision_score'],
    options: { average },
    differs: {
      average: "scikit-learn's: of the one class that is looked for. Where a row has one class, `micro` is `accuracy`.",
    },
  },
  recall: {
    names: ['torchmetrics.Recall', 'metrics.Recall', 'recall_score'],
    options: { average },
    differs: {
      average: "scikit-learn's: of the one class that is looked for. Where a row has one class, `micro` is `accuracy`.",
    },
  },
  f1: {
    names: ['torchmetrics.F1Score', 'metrics.F1Score', 'f1_score'],
    options: { average: [average[0], 'average', average[2]] },
    differs: {
      average: "scikit-learn's: of the one class that is looked for. Where a row has one class, `micro` is `accuracy`.",
    },
  },
  rocAuc: { names: ['torchmetrics.AUROC', "metrics.AUC(curve='ROC')", 'roc_auc_score'] },
  averagePrecision: { names: ['torchmetrics.AveragePrecision', "metrics.AUC(curve='PR')", 'average_precision_score'] },
  logLoss: { names: ['nn.CrossEntropyLoss', 'metrics.SparseCategoricalCrossentropy', 'log_loss'] },
  brier: { names: [none, none, 'brier_score_loss'] },
  r2: { names: ['torchmetrics.R2Score', 'metrics.R2Score', 'r2_score'] },
  explainedVariance: { names: ['torchmetrics.ExplainedVariance', none, 'explained_variance_score'] },
  meanSquaredError: { names: ['torchmetrics.MeanSquaredError', 'metrics.MeanSquaredError', 'mean_squared_error'] },
  rootMeanSquaredError: {
    names: ['torchmetrics.MeanSquaredError(squared=False)', 'metrics.RootMeanSquaredError', 'root_mean_squared_error'],
  },
  meanAbsoluteError: { names: ['torchmetrics.MeanAbsoluteError', 'metrics.MeanAbsoluteError', 'mean_absolute_error'] },
  meanAbsolutePercentageError: {
    names: [
      'torchmetrics.MeanAbsolutePercentageError',
      'metrics.MeanAbsolutePercentageError',
      'mean_absolute_percentage_error',
    ],
  },
  poissonDeviance: {
    names: ['torchmetrics.TweedieDevianceScore(power=1.0)', none, 'mean_poisson_deviance'],
  },
  confusionMatrix: { names: ['torchmetrics.ConfusionMatrix', none, 'confusion_matrix'] },
};
