/** Powers and products of features. */
import { ArgumentError, NotFittedError, ShapeError } from '../errors.ts';
import { boolean, integer, readOptions } from '../spec.ts';
import { type MatrixLike, readMatrix, requireFinite } from './matrix.ts';
import { shapedAs, type Transformed } from './scaler.ts';

export interface PolynomialFeaturesOptions {
  /** Highest degree, ≥ 1. Default 2. */
  readonly degree?: number;
  /** Whether only products of different features are made, no powers. Default false. */
  readonly interactionOnly?: boolean;
  /** Whether a column of ones comes first. Models have an intercept of their own. Default false. */
  readonly bias?: boolean;
}

export interface PolynomialFeatures {
  /** Takes the number of features from these rows. @throws {ShapeError | DataError} on bad data. */
  fit(x: MatrixLike): PolynomialFeatures;
  /**
   * All terms of every row, in f64.
   * @throws {ShapeError} if the number of columns is another. @throws {NotFittedError} before `fit`.
   */
  transform<X extends MatrixLike>(x: X): Transformed<X>;
  /** `fit` and `transform` of the same rows. */
  fitTransform<X extends MatrixLike>(x: X): Transformed<X>;
  /**
   * What the columns are: `a`, `b`, `a^2`, `a b`, `b^2`.
   * @param features names of the features. Default `x0`, `x1`, …
   * @throws {ShapeError} if there are not as many. @throws {NotFittedError} before `fit`.
   */
  names(features?: readonly string[]): string[];
  /** A fresh one with the same options. */
  clone(): PolynomialFeatures;
  /** Its options and the number of features, as plain data. @throws {NotFittedError} before `fit`. */
  state(): PolynomialFeaturesState;
}

/** What `polynomialFeatures` has learnt: a number of features. */
export interface PolynomialFeaturesState extends Required<PolynomialFeaturesOptions> {
  readonly kind: 'polynomialFeatures';
  readonly features: number;
}

/** A product: the feature at `first` times the product at `rest`; without `rest` the feature, without `first` 1. */
interface Term {
  readonly first: number;
  readonly rest: number;
}

/** Terms there may be. */
const MOST = 2 ** 20;

/** Terms degree by degree, each degree in lexicographic order. */
function makeTerms(features: number, degree: number, interactionOnly: boolean, bias: boolean): Term[] {
  const terms: Term[] = bias ? [{ first: -1, rest: -1 }] : [];
  let from = terms.length;
  for (let j = 0; j < features; j++) terms.push({ first: j, rest: -1 });
  for (let d = 2; d <= degree; d++) {
    const end = terms.length;
    for (let j = 0; j < features; j++) {
      const least = interactionOnly ? j + 1 : j;
      for (let rest = from; rest < end; rest++) {
        if (terms[rest]!.first >= least) terms.push({ first: j, rest });
      }
      if (terms.length > MOST) {
        throw new ArgumentError(
          `polynomialFeatures: degree ${degree} of ${features} features makes more than ${MOST} terms`,
        );
      }
    }
    // No product of different features is left.
    if (terms.length === end) break;
    from = end;
  }
  return terms;
}

/**
 * All products of features up to a degree, as scikit-learn's `PolynomialFeatures` and in its order: degree by degree,
 * combinations in lexicographic order: a, b, a², ab, b². Unlike there no column of ones comes first unless asked.
 *
 * ```js
 * polynomialFeatures({ degree: 2 }).fitTransform([[2, 3]]); // [[2, 3, 4, 6, 9]]
 * ```
 * @throws {ArgumentError} on unknown options, values out of range and, when fitted, on more than 2²⁰ terms.
 */
export function polynomialFeatures(options?: PolynomialFeaturesOptions): PolynomialFeatures {
  return makePolynomial(options);
}

/** @param known the number of features, if it has been learnt. @internal */
export function makePolynomial(options?: PolynomialFeaturesOptions, known = 0): PolynomialFeatures {
  const read = readOptions(
    'polynomialFeatures',
    { degree: integer('[1, ∞)', 2), interactionOnly: boolean(false), bias: boolean(false) },
    options,
  );
  const { degree, interactionOnly, bias } = read;
  let features = 0;
  let terms: readonly Term[] = [];
  const requireFitted = (): void => {
    if (features === 0) throw new NotFittedError('polynomialFeatures: fit has not been called');
  };
  const learn = (columns: number): void => {
    terms = makeTerms(columns, degree, interactionOnly, bias);
    features = columns;
  };
  const self: PolynomialFeatures = {
    fit(x) {
      learn(readMatrix(x).columns);
      return self;
    },
    transform(x) {
      requireFitted();
      const expected = { what: 'features', columns: features };
      const source = readMatrix(x, expected);
      requireFinite(source, expected);
      const width = terms.length;
      const out = new Float64Array(source.rows * width);
      const row = new Float64Array(features);
      for (let i = 0, at = 0; i < source.rows; i++, at += width) {
        source.copyRows(row, features, i, 1);
        for (let t = 0; t < width; t++) {
          const { first, rest } = terms[t]!;
          out[at + t] = (first < 0 ? 1 : row[first]!) * (rest < 0 ? 1 : out[at + rest]!);
        }
      }
      return shapedAs(x, out, source.rows, width);
    },
    fitTransform: (x) => self.fit(x).transform(x),
    names(given) {
      requireFitted();
      if (given && given.length !== features) {
        throw new ShapeError(`names: expected ${features}, one per feature, got ${given.length}`);
      }
      return terms.map((term) => {
        const powers = new Map<number, number>();
        for (let t: Term | undefined = term; t && t.first >= 0; t = terms[t.rest]) {
          powers.set(t.first, (powers.get(t.first) ?? 0) + 1);
        }
        const factors = Array.from(powers, ([j, p]) => (given?.[j] ?? `x${j}`) + (p > 1 ? `^${p}` : ''));
        return factors.join(' ') || '1';
      });
    },
    clone: () => polynomialFeatures(read),
    state() {
      requireFitted();
      return { kind: 'polynomialFeatures', ...read, features };
    },
  };
  if (known) learn(known);
  return self;
}
