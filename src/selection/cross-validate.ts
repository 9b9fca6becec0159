/** Cross-validation: how well a model does on rows that it was not fitted on. */
import { type Fold, kFold, stratifiedKFold } from '../data/folds.ts';
import { countRows, type Rows, takeRows } from '../data/split.ts';
import type { Labels } from '../data/targets.ts';
import { rowWeights } from '../data/weights.ts';
import type { FitResult } from '../events.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import { readMetricsOf } from '../models/links.ts';
import { type FitOptions, readFitOptions } from '../models/options.ts';
import { boolean, take } from '../spec.ts';

/** Options of `fit`, and these. Sample weights are those of all rows. */
export interface CrossValidateOptions extends Omit<FitOptions, 'continue'> {
  /** How many folds, ≥ 2, or the folds themselves, as `kFold` returns them. Default 5. */
  readonly folds?: number | readonly Fold[];
  /** Whether folds keep the shares of classes. Default: where targets are labels. */
  readonly stratify?: boolean;
  /** Metrics, computed for the rows of the test parts. Default none. */
  readonly metrics?: Exclude<FitOptions['metrics'], undefined>;
  /** Of the folds, and of every fit. Default 0. */
  readonly seed?: number;
  /** Whether the fitted models are returned. Default false. */
  readonly keepModels?: boolean;
}

/** One number of every fold, and what they come to. */
export interface Score {
  readonly values: readonly number[];
  readonly mean: number;
  /** Of the folds: √(Σ(v − mean)²/(k − 1)), NaN of a single one. */
  readonly standardDeviation: number;
  /** Of the mean: standard deviation/√k. */
  readonly standardError: number;
}

export interface CrossValidation<M> {
  /** Data loss of the test parts, without penalties. */
  readonly loss: Score;
  /** Metrics of the test parts, by name. */
  readonly metrics: Readonly<Record<string, Score>>;
  /** Folds that are done, with what their fits said. */
  readonly folds: readonly (Fold & { readonly result: FitResult })[];
  /** The fitted models, with `keepModels`. */
  readonly models: readonly M[];
  /** Whether it was ended before all folds were done. */
  readonly aborted: boolean;
}

function score(values: readonly number[]): Score {
  const k = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / k;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const standardDeviation = Math.sqrt(squares / (k - 1));
  return { values, mean, standardDeviation, standardError: standardDeviation / Math.sqrt(k) };
}

/** Reads everything; what is returned fits, and judges, one fold after another. */
function setUp<M extends AnyEstimator>(model: M, x: Rows, y: Rows, options: CrossValidateOptions = {}) {
  const { folds = 5, stratify, keepModels, metrics, ...rest } = options;
  const { loss: given, seed, sampleWeights } = readFitOptions(rest);
  const keep = take(boolean(), keepModels ?? false, 'crossValidate: keepModels');
  const rows = countRows(x, 'features');
  const loss = model.readLoss(given);
  const { labels, outputs } = model.readTarget(y, rows, loss);
  readMetricsOf(metrics, loss, outputs);
  rowWeights({ rows, sampleWeights });
  const parts = Array.isArray(folds)
    ? (folds as readonly Fold[])
    : take(boolean(), stratify ?? labels !== undefined, 'crossValidate: stratify')
      ? stratifiedKFold(y as Labels, { folds: folds as number, seed })
      : kFold(rows, { folds: folds as number, seed });
  const results: FitResult[] = [];
  const models: M[] = [];
  const evaluations: ReturnType<M['evaluate']>[] = [];
  return {
    parts,
    /** A fresh model, and what to fit it with. All folds know all classes. */
    start({ train }: Fold) {
      const fit = { ...rest, ...(sampleWeights ? { sampleWeights: takeRows(rest.sampleWeights, train) } : {}) };
      const fresh = model.clone(labels && ({ classes: labels.classes } as object));
      return { fresh, data: [takeRows(x, train), takeRows(y, train), fit] as const };
    },
    /** Judges a fitted model; whether to go on. */
    judge({ test }: Fold, fresh: M, result: FitResult): boolean {
      if (result.stopReason === 'aborted') return false;
      results.push(result);
      evaluations.push(fresh.evaluate(takeRows(x, test), takeRows(y, test), metrics && { metrics }) as never);
      if (keep) models.push(fresh);
      return true;
    },
    finish(): CrossValidation<M> {
      const { loss, ...others } = Object.fromEntries(
        Object.keys(evaluations[0] ?? { loss: 0 }).map((name) => [name, score(evaluations.map((one) => one[name]!))]),
      );
      return {
        loss: loss!,
        metrics: others,
        folds: results.map((result, i) => ({ ...parts[i]!, result })),
        models,
        aborted: results.length < parts.length,
      };
    },
  };
}

/**
 * Fits a fresh model for every fold, on all rows but those of the fold, and judges it on these. Scales and the steps of
 * a `pipeline` are learnt anew in every fold, from the training rows alone. The model that is given is not fitted. All
 * randomness comes from the seed: the same result every time.
 *
 * The standard error treats folds as independent. They share training rows, so it is a guide, rather too small (Bengio
 * and Grandvalet 2004).
 * @param model what to fit; only its options count.
 * @param x features. @param y targets.
 * @param options those of `fit`, and the folds. A `signal` ends it, with the folds that are done: it resolves.
 * @throws {ArgumentError} (as a rejection) on unknown options, values out of range, and as `kFold` and `fit` do.
 * @throws {NonFiniteError} (as a rejection) if a value became infinite or NaN in a fit.
 */
export async function crossValidate<M extends AnyEstimator>(
  model: M,
  x: Rows,
  y: Rows,
  options?: CrossValidateOptions,
): Promise<CrossValidation<M>> {
  const work = setUp(model, x, y, options);
  for (const fold of work.parts) {
    const { fresh, data } = work.start(fold);
    if (!work.judge(fold, fresh, await fresh.fit(...data))) break;
  }
  return work.finish();
}

/**
 * The same in one go, with the same bits.
 * @throws {ArgumentError | NonFiniteError} as `crossValidate`.
 */
export function crossValidateSync<M extends AnyEstimator>(
  model: M,
  x: Rows,
  y: Rows,
  options?: CrossValidateOptions,
): CrossValidation<M> {
  const work = setUp(model, x, y, options);
  for (const fold of work.parts) {
    const { fresh, data } = work.start(fold);
    if (!work.judge(fold, fresh, fresh.fitSync(...data))) break;
  }
  return work.finish();
}
