/** The table of docs/penalties.md against optima and steps of scikit-learn, glmnet and PyTorch. */
import { readFileSync } from 'node:fs';
import { elasticNet, l2, linearRegression, logisticRegression, penaltyGradient, softmaxRegression } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { close, dataset, rCases, type SklearnCase, sklearnCases, standardized } from '../helpers/golden.ts';
import { offOptimum } from '../helpers/optimality.ts';

type Numbers = Readonly<Record<string, number>>;

/** Estimators of the table, with their parameters and what λ is. */
const table = readFileSync('docs/penalties.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (scikit-learn|glmnet|PyTorch|Keras) \|/.test(line))
  .map((line) => {
    const [, library, estimators, l1, l2] = line.split('|').map((cell) => cell.trim());
    const value = (cell: string) => (given: Numbers) => {
      const code = cell.replaceAll('`', '');
      return new Function(...Object.keys(given), `return ${code};`)(...Object.values(given)) as number;
    };
    const names = [...estimators!.matchAll(/`(\w+)/g)].map(([, name]) => name!);
    return { library: library!, names, l1: value(l1!), l2: value(l2!), used: false };
  });

function translate(library: string, name: string, given: Numbers): { l1: number; l2: number } {
  const row = table.find(({ library: own, names }) => own === library && names.includes(name));
  assert.ok(row, `${library} ${name} is not in the table`);
  row!.used = true;
  return { l1: row!.l1(given), l2: row!.l2(given) };
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** dℓ/dz of one row of our losses, and the models that minimise them. */
const losses: Readonly<Record<string, (z: readonly number[], y: number) => number[]>> = {
  squared: ([z], y) => [2 * (z! - y)],
  logistic: ([z], y) => [sigmoid(z!) - y],
  softmax: (z, y) => {
    const sum = z.reduce((total, value) => total + Math.exp(value), 0);
    return z.map((value, k) => Math.exp(value) / sum - Number(k === y));
  },
  poisson: ([z], y) => [Math.exp(z!) - y],
  tweedie: ([z], y) => [2 * (Math.exp(z! / 2) - y * Math.exp(-z! / 2))],
};

const models: Readonly<Record<string, typeof linearRegression | typeof logisticRegression | typeof softmaxRegression>> =
  {
    squared: linearRegression,
    logistic: logisticRegression,
    softmax: softmaxRegression,
  };

/** Their optimum is ours: by the gradient of our objective at it, and by our fit. */
function hold(
  name: string,
  data: SklearnCase['dataset'],
  loss: string,
  coef: readonly number[] | readonly (readonly number[])[],
  intercept: number | readonly number[],
  strength: { readonly l1: number; readonly l2: number },
  tolerance: { readonly optimum: number; readonly fit: number },
): void {
  const { X, y } = dataset(data);
  const Z = standardized(X);
  const W = (typeof coef[0] === 'number' ? [coef] : coef) as number[][];
  const b = [intercept].flat() as number[];
  const s = W.map((row) => row.map(() => 0));
  Z.forEach((x, i) => {
    const z = W.map((w, k) => w.reduce((sum, value, j) => sum + value * x[j]!, b[k]!));
    losses[loss]!(z, y[i]!).forEach((slope, k) => {
      x.forEach((value, j) => {
        s[k]![j]! -= (slope * value) / Z.length;
      });
    });
  });
  const regularizer = elasticNet(strength);
  const scale = Math.max(...s.flat().map(Math.abs));
  const off = offOptimum([regularizer], W, s);
  assert.ok(off <= tolerance.optimum * scale, `${name}: ${off / scale} of the gradient off`);
  const model = models[loss]?.({ standardize: false });
  if (!model) return;
  (model as ReturnType<typeof linearRegression>).fitSync(Z, y, { regularizer, epochs: 100_000, tolerance: 1e-9 });
  close(model.parameters.weight, W.flat(), tolerance.fit, name);
}

const { cases } = JSON.parse(readFileSync('test/golden/regularized.json', 'utf8')) as { cases: SklearnCase[] };

for (const each of [...sklearnCases, ...cases]) {
  const { model, alpha = 0, l1_ratio: ratio, C = 0, dataset: data, coef, intercept, alphas, coefs } = each;
  const classes = Array.isArray(intercept) ? intercept.length : 1;
  const loss = {
    Ridge: 'squared',
    ElasticNet: 'squared',
    lasso_path: 'squared',
    LogisticRegression: classes > 1 ? 'softmax' : 'logistic',
    PoissonRegressor: 'poisson',
    TweedieRegressor: 'tweedie',
  }[model];
  if (!loss || 'positive' in each) continue;
  test(`scikit-learn ${model} on ${data}, ${alphas ? 'a path' : alpha || C}${ratio === undefined ? '' : `, ${ratio}`}`, () => {
    const { X, y } = dataset(data);
    const n = X.length;
    if (alphas) {
      const mean = y.reduce((sum, value) => sum + value, 0) / n;
      alphas.forEach((one, k) => {
        const path = coefs![0]!.length === alphas.length ? coefs!.map((row) => row[k]!) : coefs![k]!;
        const strength = translate('scikit-learn', 'lasso_path', { alpha: one, n });
        hold(`alpha ${one}`, data, loss, path, mean, strength, { optimum: 1e-10, fit: 1e-5 });
      });
      return;
    }
    const l1_ratio = ratio ?? 0;
    const strength = translate('scikit-learn', model, { alpha, l1_ratio, C, n });
    hold(model, data, loss, coef, intercept, strength, { optimum: 1e-10, fit: 1e-5 });
    if (model === 'ElasticNet' && ratio === 1) {
      assert.equal(translate('scikit-learn', 'Lasso', { alpha, n }), strength);
    }
  });
}

for (const { kind, name, dataset: data, lambda, a0, beta } of rCases) {
  if (kind !== 'glmnet') continue;
  test(`glmnet ${name} on ${data}`, () => {
    const { y } = dataset(data);
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const sd = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
    const [family, loss] = {
      lasso: ['gaussian', 'squared'],
      'logit lasso': ['binomial', 'logistic'],
      'softmax lasso': ['multinomial', 'softmax'],
    }[name!]!;
    lambda!.forEach((one, k) => {
      const several = !Array.isArray(beta);
      const coef = (several ? Object.values(beta!) : [beta as number[][]]).map((rows) => rows.map((row) => row[k]!));
      const intercept = several ? (a0 as number[][]).map((row) => row[k]!) : [(a0 as number[])[k]!];
      const strength = translate('glmnet', family!, { lambda: one, alpha: 1, sd });
      // glmnet iterates to 1e-7 of the null deviance.
      hold(`lambda ${one}`, data, loss!, coef, intercept, strength, { optimum: 1e-5, fit: 1e-4 });
    });
  });
}

test('PyTorch SGD: weight_decay is the gradient of the penalty', () => {
  const optim = JSON.parse(readFileSync('test/golden/optim.json', 'utf8')) as {
    init_v: number[];
    grads_v: number[][];
    cases: { optimizer: string; args: Record<string, number>; params_after_each_step: number[][][] }[];
  };
  const { args, params_after_each_step: expected } = optim.cases.find(({ args }) => args.weight_decay)!;
  const { l2: lambda } = translate('PyTorch', 'SGD', { weight_decay: args.weight_decay! });
  let theta = optim.init_v;
  optim.grads_v.forEach((g, t) => {
    const more = penaltyGradient(l2(lambda), theta);
    theta = theta.map((value, i) => value - args.lr! * (g[i]! + more[i]!));
    theta.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[t]![0]![i]!) <= 1e-12 * Math.max(1, Math.abs(value)));
    });
  });
});

test('every row that has an original here was held against it', () => {
  const left = table.filter(({ used }) => !used).map(({ library, names }) => `${library} ${names[0]}`);
  assert.equal(left, ['Keras L1L2']);
});

test.run();
