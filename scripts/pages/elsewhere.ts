/**
 * Names and defaults of the same in PyTorch, Keras and scikit-learn, for the tables of the pages; undefined where there
 * is none. What is not the same says so in the comment of the spec.
 */

/** The libraries of the three columns. */
export const librariesOf = (section: string): readonly [string, string, string] => [
  'PyTorch',
  'Keras',
  section === 'schedules' ? 'optax' : 'scikit-learn',
];

type Three = readonly [pytorch?: string | undefined, keras?: string | undefined, scikitLearn?: string | undefined];

export interface Counterpart {
  readonly names: Three;
  /** Their options for each of ours, with their defaults. */
  readonly options?: Readonly<Record<string, Three>>;
}

const none = undefined;

const reductions: Three = ["reduction='mean'", "reduction='sum_over_batch_size'"];

/** Option of `lossAndGradient` that all losses share. */
export const reductionOf = (kind: string): Three =>
  kind === 'kullbackLeibler' ? ["reduction='mean' (÷ elements)", reductions[1]] : reductions;

export const losses: Readonly<Record<string, Counterpart>> = {
  meanSquaredError: { names: ['nn.MSELoss', 'losses.MeanSquaredError', 'mean_squared_error'] },
  meanAbsoluteError: { names: ['nn.L1Loss', 'losses.MeanAbsoluteError', 'mean_absolute_error'] },
  huber: {
    names: ['nn.HuberLoss', 'losses.Huber', "SGDRegressor(loss='huber')"],
    options: { delta: ['delta=1.0', 'delta=1.0', 'epsilon=0.1'] },
  },
  logCosh: { names: [none, 'losses.LogCosh', none] },
  quantile: {
    names: [none, none, 'mean_pinball_loss, QuantileRegressor'],
    options: { quantile: [none, none, 'alpha=0.5, quantile=0.5'] },
  },
  epsilonInsensitive: {
    names: [none, none, 'SVR, LinearSVR, SGDRegressor'],
    options: {
      epsilon: [none, none, 'epsilon=0.1 (LinearSVR: 0.0)'],
      squared: [none, none, "loss='squared_epsilon_insensitive'"],
    },
  },
  poisson: {
    names: ['nn.PoissonNLLLoss', 'losses.Poisson', 'PoissonRegressor'],
    options: {
      logInput: ['log_input=True', 'takes means', 'link: log'],
      full: ['full=False', none, none],
    },
  },
  gaussianNll: {
    names: ['nn.GaussianNLLLoss', none, none],
    options: {
      input: ['takes variances', none, none],
      full: ['full=False', none, none],
    },
  },
  gammaDeviance: { names: [none, none, 'mean_gamma_deviance, GammaRegressor'] },
  tweedieDeviance: {
    names: [none, none, 'mean_tweedie_deviance, TweedieRegressor'],
    options: { power: [none, none, 'power=0'] },
  },
  binaryCrossEntropy: {
    names: ['nn.BCEWithLogitsLoss', 'losses.BinaryCrossentropy', 'log_loss, LogisticRegression'],
    options: {
      posWeight: ['pos_weight=None', none, 'class_weight=None'],
      labelSmoothing: [none, 'label_smoothing=0.0', none],
      fromProbabilities: ['nn.BCELoss', 'from_logits=False', 'takes probabilities'],
    },
  },
  softmaxCrossEntropy: {
    names: [
      'nn.CrossEntropyLoss',
      'losses.SparseCategoricalCrossentropy, losses.CategoricalCrossentropy',
      'log_loss, LogisticRegression',
    ],
    options: {
      labelSmoothing: ['label_smoothing=0.0', 'label_smoothing=0.0', none],
      targets: ['by shape and type', 'one class each', 'labels'],
      classWeights: ['weight=None', none, 'class_weight=None'],
      ignoreIndex: ['ignore_index=-100', 'ignore_class=None', none],
      normalized: ['not checked', 'not checked', none],
    },
  },
  nll: {
    names: ['nn.NLLLoss', none, none],
    options: {
      classWeights: ['weight=None', none, none],
      ignoreIndex: ['ignore_index=-100', none, none],
    },
  },
  kullbackLeibler: {
    names: ['nn.KLDivLoss', 'losses.KLDivergence', none],
    options: { normalized: ['not checked', 'not checked', none] },
  },
  focal: {
    names: ['torchvision.ops.sigmoid_focal_loss', 'losses.BinaryFocalCrossentropy', none],
    options: {
      gamma: ['gamma=2', 'gamma=2.0', none],
      alpha: ['alpha=0.25', 'alpha=0.25 (apply_class_balancing=False)', none],
    },
  },
  softmaxFocal: {
    names: [none, 'losses.CategoricalFocalCrossentropy', none],
    options: { gamma: [none, 'gamma=2.0', none] },
  },
  hinge: {
    names: [none, 'losses.Hinge', "hinge_loss, SGDClassifier(loss='hinge')"],
    options: { margin: [none, 'always 1', 'always 1'] },
  },
  squaredHinge: {
    names: [none, 'losses.SquaredHinge', "LinearSVC(loss='squared_hinge')"],
    options: { margin: [none, 'always 1', 'always 1'] },
  },
  modifiedHuber: { names: [none, none, "SGDClassifier(loss='modified_huber')"] },
  multiclassHinge: {
    names: [none, 'losses.CategoricalHinge', "LinearSVC(multi_class='crammer_singer')"],
    options: { margin: [none, 'always 1', 'always 1'] },
  },
  cosineEmbedding: {
    names: ['nn.CosineEmbeddingLoss', none, none],
    options: { margin: ['margin=0.0', none, none] },
  },
  triplet: {
    names: ['nn.TripletMarginLoss', none, none],
    options: { margin: ['margin=1.0', none, none], swap: ['swap=False', none, none] },
  },
};

const intercept: Three = ['weight decay acts on biases', 'kernel_regularizer leaves biases out', 'never'];
const biases: Three = [none, 'kernel_constraint leaves biases out', 'never'];
const features: Three = ['by parameter group', 'by layer', 'all'];
const method: Three = ['sub-gradient', 'sub-gradient', 'coordinate descent'];

export const penalties: Readonly<Record<string, Counterpart>> = {
  l1: {
    names: [none, 'regularizers.L1', 'Lasso'],
    options: { lambda: [none, 'l1=0.01', 'alpha=1.0'], method, features, intercept },
  },
  l2: {
    names: ['weight_decay of optimizers', 'regularizers.L2', 'Ridge'],
    options: { lambda: ['weight_decay=0', 'l2=0.01', 'alpha=1.0'], features, intercept },
  },
  elasticNet: {
    names: [none, 'regularizers.L1L2', 'ElasticNet'],
    options: {
      l1: [none, 'l1=0.0', 'alpha=1.0, l1_ratio=0.5'],
      l2: [none, 'l2=0.0', 'alpha=1.0, l1_ratio=0.5'],
      method,
      features,
      intercept,
    },
  },
  groupLasso: {
    names: [none, none, 'MultiTaskLasso'],
    options: {
      lambda: [none, none, 'alpha=1.0'],
      groups: [none, none, 'one group a feature'],
      scaleBySize: [none, none, 'never'],
      method: [none, none, method[2]],
      features: [none, none, features[2]],
      intercept: [none, none, intercept[2]],
    },
  },
  maxNorm: {
    names: ['nn.Embedding(max_norm)', 'constraints.MaxNorm', none],
    options: {
      max: ['max_norm=None', 'max_value=2', none],
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

const average: Three = ["average='micro'", 'one class', "average='binary'"];

export const metrics: Readonly<Record<string, Counterpart>> = {
  accuracy: { names: ['torchmetrics.Accuracy', 'metrics.Accuracy', 'accuracy_score'] },
  balancedAccuracy: { names: ["torchmetrics.Accuracy(average='macro')", none, 'balanced_accuracy_score'] },
  topKAccuracy: {
    names: ['torchmetrics.Accuracy(top_k)', 'metrics.TopKCategoricalAccuracy', 'top_k_accuracy_score'],
    options: { k: ['top_k=1', 'k=5', 'k=2'] },
  },
  precision: {
    names: ['torchmetrics.Precision', 'metrics.Precision', 'precision_score'],
    options: { average },
  },
  recall: { names: ['torchmetrics.Recall', 'metrics.Recall', 'recall_score'], options: { average } },
  f1: {
    names: ['torchmetrics.F1Score', 'metrics.F1Score', 'f1_score'],
    options: { average: [average[0], 'average=None', average[2]] },
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
