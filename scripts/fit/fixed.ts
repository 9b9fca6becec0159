/** Fixed-point numbers with 256 bits behind the point, in BigInt: enough digits for fitting coefficients of f64. */
export type Fixed = bigint;

const BITS = 256n;
export const ONE: Fixed = 1n << BITS;

export const mul = (a: Fixed, b: Fixed): Fixed => (a * b) >> BITS;
export const div = (a: Fixed, b: Fixed): Fixed => (a << BITS) / b;
export const abs = (a: Fixed): Fixed => (a < 0n ? -a : a);

/** Exact: every finite double below 2^52 in magnitude and above 2^-204 has its bits within the 256. */
export function fixed(x: number): Fixed {
  let value = x;
  let shift = 0n;
  while (!Number.isSafeInteger(value)) {
    value *= 2;
    shift++;
  }
  return (BigInt(value) << BITS) >> shift;
}

/** The nearest double. */
export function toNumber(a: Fixed): number {
  const sign = a < 0n ? -1 : 1;
  const magnitude = abs(a);
  const drop = Math.max(magnitude.toString(2).length - 64, 0);
  // 64 bits and a sticky one convert with one rounding.
  const sticky = magnitude & ((1n << BigInt(drop)) - 1n) ? 1n : 0n;
  return sign * Number((magnitude >> BigInt(drop)) | sticky) * 2 ** (drop - Number(BITS));
}

/** Σ term(k), where term(k) = term(k - 1)·x / factor(k), until nothing is added. */
function series(first: Fixed, x: Fixed, factor: (k: number) => number): Fixed {
  let sum = first;
  let term = first;
  for (let k = 1; term !== 0n && term !== -1n; k++) {
    term = mul(term, x) / BigInt(factor(k));
    sum += term;
  }
  return sum;
}

/** e^x by its series; |x| ≤ 4. */
export const exp = (x: Fixed): Fixed => series(ONE, x, (k) => k);
export const sin = (x: Fixed): Fixed => series(x, -mul(x, x), (k) => 2 * k * (2 * k + 1));
export const cos = (x: Fixed): Fixed => series(ONE, -mul(x, x), (k) => (2 * k - 1) * 2 * k);
export const tanh = (x: Fixed): Fixed => div(exp(2n * x) - ONE, exp(2n * x) + ONE);

/** artanh(x), |x| < 0.5. */
export function atanh(x: Fixed): Fixed {
  const square = mul(x, x);
  let sum = 0n;
  let power = x;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n, power = mul(power, square)) sum += power / k;
  return sum;
}

/** √x by Newton's iteration. */
export function sqrt(x: Fixed): Fixed {
  let root = fixed(Math.sqrt(toNumber(x)));
  for (let i = 0; i < 4; i++) root = (root + div(x, root)) / 2n;
  return root;
}

/** ln 2 = 2·artanh(1/3). */
export const LN2: Fixed = 2n * atanh(ONE / 3n);

/** π by Machin's formula. */
function arctanInverse(n: bigint): Fixed {
  let sum = 0n;
  let power = ONE / n;
  for (let k = 1n; power !== 0n; k += 2n, power /= n * n) sum += k % 4n === 1n ? power / k : -(power / k);
  return sum;
}
export const PI: Fixed = 16n * arctanInverse(5n) - 4n * arctanInverse(239n);
const SQRT_PI = sqrt(PI);

/** The error function by its series; |x| ≤ 2. */
export function erf(x: Fixed): Fixed {
  const square = -mul(x, x);
  let sum = 0n;
  let power = x;
  for (let k = 1n; power !== 0n && power !== -1n; power = mul(power, square) / k, k++) sum += power / (2n * k - 1n);
  return div(2n * sum, SQRT_PI);
}

/** e^(x²)·(1 − erf x) for x ≥ 1 by Laplace's continued fraction. */
export function erfcx(x: Fixed): Fixed {
  let f = x;
  for (let n = 1500n; n > 0n; n--) f = x + div((n * ONE) / 2n, f);
  return div(ONE, mul(f, SQRT_PI));
}
