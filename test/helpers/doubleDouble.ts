/**
 * Numbers as unevaluated sums of two doubles, about 32 digits: what f64 kernels are measured against. The arithmetic is
 * that of Dekker (1971); the functions are checked with golden/functions.json.
 */
export type Double2 = readonly [high: number, low: number];

function fast(a: number, b: number): Double2 {
  const s = a + b;
  return [s, b - (s - a)];
}

export function sum(a: number, b: number): Double2 {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

export function product(a: number, b: number): Double2 {
  const p = a * b;
  const ta = 134217729 * a;
  const tb = 134217729 * b;
  const ah = ta - (ta - a);
  const bh = tb - (tb - b);
  return [p, ah * bh - p + ah * (b - bh) + (a - ah) * bh + (a - ah) * (b - bh)];
}

export function add(a: Double2, b: Double2): Double2 {
  const [s, e] = sum(a[0], b[0]);
  const [t, f] = sum(a[1], b[1]);
  const [u, g] = fast(s, e + t);
  return fast(u, g + f);
}

export function multiply(a: Double2, b: Double2): Double2 {
  const [p, e] = product(a[0], b[0]);
  return fast(p, e + (a[0] * b[1] + a[1] * b[0]));
}

export const negate = (a: Double2): Double2 => [-a[0], -a[1]];
export const times = (a: Double2, power: number): Double2 => [a[0] * power, a[1] * power];

export function divide(a: Double2, b: Double2): Double2 {
  const q = a[0] / b[0];
  const r = add(a, negate(multiply(b, [q, 0])));
  const s = r[0] / b[0];
  const t = add(r, negate(multiply(b, [s, 0])));
  return add(fast(q, s), [t[0] / b[0], 0]);
}

const LN2: Double2 = [Math.LN2, 2.3190468138462996e-17];
const one: Double2 = [1, 0];

/** e^r − 1 for |r| ≤ 0.35: series of r/256, then (1 + p)² − 1 eight times. */
function expm1Small(r: Double2): Double2 {
  const x = times(r, 1 / 256);
  let p: Double2 = one;
  for (let k = 11; k > 1; k--) p = add(one, divide(multiply(p, x), [k, 0]));
  p = multiply(p, x);
  for (let i = 0; i < 8; i++) p = multiply(p, add([2, 0], p));
  return p;
}

/** value·2^power, rounded once to a double. */
export function ldexp(value: Double2, power: number): number {
  const [high, low] = value;
  if (high === 0 || !Number.isFinite(high)) return high;
  if (Math.log2(Math.abs(high)) + power > -1021) {
    const half = Math.trunc(power / 2);
    return (high + low) * 2 ** half * 2 ** (power - half);
  }
  if (power < -1150) return high * 0;
  // Below the normal range: round to a multiple of 2^-1074 as an integer, ties to even.
  const unit = 2 ** Math.floor((power + 1074) / 2);
  const rest = 2 ** (power + 1074 - Math.floor((power + 1074) / 2));
  const h = high * unit * rest;
  const l = low * unit * rest;
  let n = Math.round(h);
  if (Math.abs(h - Math.trunc(h)) === 0.5) n = Math.floor(h) + (l > 0 ? 1 : l < 0 ? 0 : Math.abs(Math.floor(h) % 2));
  else if (Math.abs(h - n + l) > 0.5) n += Math.sign(h - n + l);
  return n * 2 ** -1074;
}

function reduce(x: Double2): { n: number; p: Double2 } {
  const n = Math.round(x[0] / LN2[0]);
  return { n, p: expm1Small(add(x, negate(multiply(LN2, [n, 0])))) };
}

/** e^x rounded to a double, below the normal range too. */
export function expRounded(x: Double2): number {
  if (x[0] > 720) return Number.POSITIVE_INFINITY;
  if (x[0] < -800) return 0;
  const { n, p } = reduce(x);
  return ldexp(add(one, p), n);
}

export function exp(x: Double2): Double2 {
  const { n, p } = reduce(x);
  return times(add(one, p), 2 ** n);
}

export function expm1(x: Double2): Double2 {
  const { n, p } = reduce(x);
  return n === 0 ? p : add(add(times(p, 2 ** n), [2 ** n, 0]), [-1, 0]);
}

/** ln(1 + x), |x| ≤ ½: one step of Newton from the engine's value, y + ln(1 + e), e = (1 + x)·e^−y − 1. */
function log1pSmall(x: Double2): Double2 {
  if (Math.abs(x[0]) < 2 ** -200) return x;
  const y = Math.log1p(x[0]);
  const m = expm1([-y, 0]);
  const e = add(add(x, m), multiply(x, m));
  return add([y, 0], add(e, times(multiply(e, e), -0.5)));
}

/** ln x, x > 0. */
export function log(x: Double2): Double2 {
  let k = 0;
  let m = x;
  for (; m[0] < 2 ** -500; m = times(m, 2 ** 500)) k -= 500;
  for (; m[0] > 2 ** 500; m = times(m, 2 ** -500)) k += 500;
  const power = Math.round(Math.log2(m[0]));
  m = add(times(m, 2 ** -power), [-1, 0]);
  return add(log1pSmall(m), multiply(LN2, [k + power, 0]));
}

/** ln(1 + x), x > −1. */
export const log1p = (x: Double2): Double2 => (Math.abs(x[0]) < 0.5 ? log1pSmall(x) : log(add([1, 0], x)));

export function tanh(x: number): Double2 {
  if (Math.abs(x) > 40) return [Math.sign(x), 0];
  const u = expm1([2 * x, 0]);
  return divide(u, add(u, [2, 0]));
}

export function sigmoidRounded(x: number): number {
  if (x < -80) return expRounded([x, 0]);
  return divide(one, add(one, exp([-Math.min(x, 700), 0])))[0];
}

export function softplusRounded(x: number): number {
  if (x < -80) return expRounded([x, 0]);
  if (x > 700) return x;
  return (x > 0 ? add([x, 0], log1p(exp([-x, 0]))) : log1p(exp([x, 0])))[0];
}

const TWO_OVER_ROOT_PI: Double2 = [1.1283791670955126, 1.533545961316588e-17];

/** erf x = 2/√π·e^(−x²)·Σ 2ⁿx^(2n+1)/(1·3·…·(2n+1)), all terms of one sign. */
export function erf(x: number): Double2 {
  if (Math.abs(x) > 6) return [Math.sign(x), 0];
  if (Math.abs(x) < 2 ** -400) return [ldexp(multiply(TWO_OVER_ROOT_PI, [x * 2 ** 600, 0]), -600), 0];
  const square = product(x, x);
  let term: Double2 = [x, 0];
  let total = term;
  for (let n = 1; Math.abs(term[0]) > 1e-34 * Math.abs(total[0]); n++) {
    term = divide(multiply(term, times(square, 2)), [2 * n + 1, 0]);
    total = add(total, term);
  }
  return multiply(multiply(TWO_OVER_ROOT_PI, exp(negate(square))), total);
}

/** Fixed point: bits behind the point of π/2 and of what is left of an angle. */
const BITS = 1000n;
let halfPi = 0n;

/** π/2 by Machin's formula: 8·arctan(1/5) − 2·arctan(1/239). */
function machin(): bigint {
  const arctan = (n: bigint): bigint => {
    let total = 0n;
    let power = (1n << BITS) / n;
    for (let k = 1n; power !== 0n; k += 2n, power /= n * n) total += k % 4n === 1n ? power / k : -(power / k);
    return total;
  };
  return 8n * arctan(5n) - 2n * arctan(239n);
}

function fixed(x: number): bigint {
  let shift = 0n;
  let value = x;
  for (; !Number.isSafeInteger(value); value *= 2) shift++;
  return (BigInt(value) << BITS) >> shift;
}

function fromFixed(a: bigint): Double2 {
  const high = Number(a) / 2 ** 500 / 2 ** 500;
  return [high, Number(a - fixed(high)) / 2 ** 500 / 2 ** 500];
}

/** cos x or sin x, |x| below 2^53 and above 2^-500. */
function trigonometric(x: number, sine: boolean): Double2 {
  halfPi ||= machin();
  const n = Math.round(x / (Math.PI / 2));
  const r = n === 0 ? ([x, 0] as const) : fromFixed(fixed(x) - BigInt(n) * halfPi);
  const z = multiply(r, r);
  const quadrant = (((n + (sine ? 0 : 1)) % 4) + 4) % 4;
  const odd = quadrant % 2 === 0;
  let s: Double2 = one;
  for (let k = 14; k > 0; k--) s = add(one, negate(divide(multiply(s, z), [2 * k * (odd ? 2 * k + 1 : 2 * k - 1), 0])));
  if (odd) s = multiply(s, r);
  return quadrant > 1 ? negate(s) : s;
}

export const cos = (x: number): Double2 => (Math.abs(x) < 2 ** -500 ? one : trigonometric(x, false));
export const sin = (x: number): Double2 => (Math.abs(x) < 2 ** -500 ? [x, 0] : trigonometric(x, true));
