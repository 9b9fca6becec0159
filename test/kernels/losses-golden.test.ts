/**
 * Every loss against test/golden/losses.json, through the public function, in both precisions: numbers of PyTorch, or
 * the formula with gradients by PyTorch's automatic differentiation where it has no such loss.
 */
import { readFileSync } from 'node:fs';
import {
  binaryCrossEntropy,
  cosineEmbedding,
  epsilonInsensitive,
  focal,
  gammaDeviance,
  gaussianNll,
  hinge,
  huber,
  kullbackLeibler,
  type LossSpec,
  logCosh,
  lossAndGradient,
  meanAbsoluteError,
  meanSquaredError,
  modifiedHuber,
  multiclassHinge,
  nll,
  poisson,
  quantile,
  softmaxCrossEntropy,
  softmaxFocal,
  squaredHinge,
  triplet,
  tweedieDeviance,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Golden {
  readonly loss: string;
  readonly args: Readonly<Record<string, number | boolean>> & { readonly reduction: 'none' | 'mean' };
  readonly inputs: Readonly<Record<string, Values>>;
  readonly value: number | readonly number[];
  readonly grad_of_sum: Readonly<Record<string, readonly number[]>>;
}

const { cases } = JSON.parse(readFileSync('test/golden/losses.json', 'utf8')) as { readonly cases: readonly Golden[] };

/** Rows of several inputs beside each other. */
function beside(parts: readonly (readonly number[])[], columns: number): number[] {
  const rows = parts[0]!.length / columns;
  return Array.from({ length: rows }, (_, i) =>
    parts.flatMap((part) => part.slice(i * columns, (i + 1) * columns)),
  ).flat();
}

/** Ours for a case. What has positive weights by column is in losses.test.ts. */
function specOf({ loss, args, inputs }: Golden): LossSpec | undefined {
  const number = (name: string): number => args[name] as number;
  const classWeights = inputs.weight ? inputs.weight.data : null;
  switch (loss) {
    case 'mse_loss':
      return meanSquaredError();
    case 'l1_loss':
      return meanAbsoluteError();
    case 'smooth_l1_loss': // with β = 1
      return huber();
    case 'huber_loss':
      return huber({ delta: number('delta') });
    case 'binary_cross_entropy':
    case 'binary_cross_entropy (log clamp at -100)':
      return binaryCrossEntropy({ fromProbabilities: true });
    case 'binary_cross_entropy_with_logits':
      return inputs.pos_weight ? undefined : binaryCrossEntropy();
    case 'binary_cross_entropy_with_logits (label smoothing)':
      return binaryCrossEntropy({ labelSmoothing: number('label_smoothing') });
    case 'cross_entropy':
      return softmaxCrossEntropy({ labelSmoothing: number('label_smoothing') ?? 0, classWeights });
    case 'cross_entropy (probability targets)':
      return softmaxCrossEntropy({ targets: 'distribution', normalized: false });
    case 'nll_loss':
      return nll({ classWeights });
    case 'kl_div':
      return kullbackLeibler();
    case 'poisson_nll_loss':
      return poisson({ logInput: args.log_input as boolean });
    case 'gaussian_nll_loss':
      return gaussianNll({ full: true });
    case 'cosine_embedding_loss':
      return cosineEmbedding({ margin: number('margin') });
    case 'triplet_margin_loss':
      return triplet({ margin: number('margin'), swap: args.swap as boolean });
    case 'log_cosh':
      return logCosh();
    case 'pinball':
      return quantile({ quantile: number('quantile') });
    case 'epsilon_insensitive':
    case 'squared_epsilon_insensitive':
      return epsilonInsensitive({ epsilon: number('epsilon'), squared: loss.startsWith('squared') });
    case 'gamma_deviance (log link)':
      return gammaDeviance();
    case 'tweedie_deviance (log link)':
      return tweedieDeviance({ power: number('power') });
    case 'poisson_deviance (log link)':
      return tweedieDeviance({ power: 1 });
    case 'binary_focal_with_logits':
      return focal({ gamma: number('gamma'), alpha: number('alpha') });
    case 'softmax_focal':
      return softmaxFocal({ gamma: number('gamma') });
    case 'hinge':
      return hinge({ margin: number('margin') });
    case 'squared_hinge':
      return squaredHinge({ margin: number('margin') });
    case 'modified_huber':
      return modifiedHuber();
    case 'crammer_singer':
      return multiclassHinge({ margin: number('margin') });
  }
  return undefined;
}

/** Losses and activations of the file that are not ours. */
const others = [
  'hinge_embedding_loss',
  'soft_margin_loss',
  'multi_margin_loss',
  'margin_ranking_loss',
  'multilabel_soft_margin_loss',
];

function operands(given: Golden) {
  const { inputs, grad_of_sum: gradient } = given;
  const names = inputs.var
    ? ['input', 'var']
    : inputs.input2
      ? ['input', 'input2']
      : ['anchor', 'positive', 'negative'];
  if (!inputs.var && !inputs.input2 && !inputs.anchor) {
    return { z: inputs.input!, y: inputs.target!, expected: gradient.input! };
  }
  // A pair of mean and variance is a row.
  const columns = inputs.var ? 1 : inputs[names[0]!]!.shape[1]!;
  const data = beside(
    names.map((name) => inputs[name]!.data),
    columns,
  );
  const z = { data, shape: [data.length / columns / names.length, columns * names.length] };
  const y = inputs.var ? { data: inputs.target!.data, shape: [inputs.target!.data.length] } : inputs.target;
  // The file has no gradient with respect to the variance.
  const known = names.map((name) => gradient[name] ?? inputs[name]!.data.map(() => Number.NaN));
  return { z, y, expected: beside(known, columns) };
}

const tolerances = { f64: 1e-13, f32: 2e-6 } as const;

let used = 0;
cases.forEach((given, number) => {
  const spec = specOf(given);
  if (!spec) {
    const known =
      given.loss.startsWith('activation') || /softmax|logsumexp/.test(given.loss) || others.includes(given.loss);
    assert.ok(known || given.inputs.pos_weight, `${given.loss} is tested`);
    return;
  }
  used++;
  for (const dtype of ['f64', 'f32'] as const) {
    // Probabilities so near 1 that they are not f32.
    if (dtype === 'f32' && given.loss.includes('clamp')) continue;
    test(`golden ${number}, ${dtype}: ${given.loss} ${JSON.stringify(given.args)}`, () => {
      const { z, y, expected } = operands(given);
      const { reduction } = given.args;
      // PyTorch's mean of a divergence is over elements; the file has none of it.
      const found = lossAndGradient(spec, z as never, y as never, { reduction: reduction as 'none', dtype });
      const values = typeof found.value === 'number' ? [found.value] : [...found.value];
      const close = (is: number, right: number, tolerance: number, what: string): void => {
        const off = Math.abs(is - right) / Math.max(1, Math.abs(right));
        assert.ok(off <= tolerance, `${what}: ${is} for ${right}, ${off} off`);
      };
      [given.value].flat().forEach((value, i) => {
        close(values[i]!, value, tolerances[dtype], `value ${i}`);
      });
      expected.forEach((slope, i) => {
        // PyTorch's 1e-12 is an f32 constant.
        const tolerance = given.loss.includes('clamp') ? 1e-8 : tolerances[dtype];
        if (!Number.isNaN(slope)) close(found.gradient[i]!, slope, tolerance, `slope ${i}`);
      });
    });
  }
});

test('61 cases of the file are of our losses', () => {
  assert.is(used, 61);
});

test.run();
