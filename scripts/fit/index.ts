/**
 * Prints the coefficients of assembly/math: `node build/scripts/fit/index.js`. Each is the minimax polynomial for the
 * relative error of the function it serves, rounded to the type; the error is that of the rounded coefficients.
 */
import {
  abs,
  atanh,
  cos,
  div,
  erf,
  erfcx,
  exp,
  type Fixed,
  fixed,
  LN2,
  mul,
  ONE,
  PI,
  sqrt as root,
  sin,
  tanh,
  toNumber,
} from './fixed.ts';
import { remez, weightedErrors } from './remez.ts';

const POINTS = 1500;

interface Fit {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Terms for f32 (0: not used) and for f64. */
  readonly terms: readonly [number, number];
  /** The polynomial's own function, and how much of the result's relative error one unit of it makes. */
  readonly at: (x: Fixed) => { value: Fixed; weight: Fixed };
}

const halfLn2 = 0.34658;
const quarterPi = 0.7854;

const fits: readonly Fit[] = [
  {
    // e^r = 1 + r + r²/2 + r³·P(r); weighed for e^r - 1, the harder of the two.
    name: 'exp',
    from: -halfLn2,
    to: halfLn2,
    terms: [4, 9],
    at: (r) => {
      const cube = mul(mul(r, r), r);
      return { value: div(exp(r) - ONE - r - mul(r, r) / 2n, cube), weight: abs(div(cube, exp(r) - ONE)) };
    },
  },
  {
    // log((1+s)/(1-s)) = 2s + s·z·P(z), z = s², s ≤ (√2-1)/(√2+1).
    name: 'log',
    from: 0,
    to: 0.02944,
    terms: [3, 7],
    at: (z) => {
      const s = root(z);
      return { value: div(2n * atanh(s) - 2n * s, mul(s, z)), weight: z / 2n };
    },
  },
  {
    // The same with s ≤ 1/3, for ln(1 + x), 0 ≤ x ≤ 1.
    name: 'log1p up to 1',
    from: 0,
    to: 0.11112,
    terms: [4, 10],
    at: (z) => {
      const s = root(z);
      return { value: div(2n * atanh(s) - 2n * s, mul(s, z)), weight: z / 2n };
    },
  },
  {
    // log((1+s)/(1-s)) = 2/3·s·(3 + z + z²·P(z)), for pow.
    name: 'pow',
    from: 0,
    to: 0.02944,
    terms: [0, 8],
    at: (z) => {
      const s = root(z);
      const square = mul(z, z);
      return { value: div(div(3n * atanh(s), s) - 3n * ONE - z, square), weight: square / 3n };
    },
  },
  {
    // log2((1+s)/(1-s)) = s·P(z) and 2^r = P(r): f64 to a little more than the digits of f32, for pow.
    name: 'log2, for f32',
    from: 0,
    to: 0.02944,
    terms: [0, 5],
    at: (z) => {
      const s = root(z);
      return { value: div(2n * atanh(s), mul(s, LN2)), weight: mul(LN2, ONE) / 2n };
    },
  },
  {
    name: 'exp2, for f32',
    from: -0.5,
    to: 0.5,
    terms: [0, 8],
    at: (r) => ({ value: exp(mul(r, LN2)), weight: exp(-mul(r, LN2)) }),
  },
  {
    // tanh x = x + x·z·P(z), z = x².
    name: 'tanh',
    from: 0,
    to: 0.625 ** 2,
    terms: [5, 11],
    at: (z) => {
      const x = root(z);
      return { value: div(tanh(x) - x, mul(x, z)), weight: div(mul(x, z), tanh(x)) };
    },
  },
  {
    // sin x = x + x·z·P(z)
    name: 'sin',
    from: 0,
    to: quarterPi ** 2,
    terms: [3, 6],
    at: (z) => {
      const x = root(z);
      return { value: div(sin(x) - x, mul(x, z)), weight: div(mul(x, z), sin(x)) };
    },
  },
  {
    // cos x = 1 - z/2 + z²·P(z)
    name: 'cos',
    from: 0,
    to: quarterPi ** 2,
    terms: [3, 6],
    at: (z) => {
      const x = root(z);
      return { value: div(cos(x) - ONE + z / 2n, mul(z, z)), weight: div(mul(z, z), cos(x)) };
    },
  },
  {
    // erf x = x + x·P(z), z = x².
    name: 'erf',
    from: 0,
    to: 1,
    terms: [7, 12],
    at: (z) => {
      const x = root(z);
      return { value: div(erf(x) - x, x), weight: div(x, erf(x)) };
    },
  },
  {
    // 1 − erf x = e^(−x²)·P(u)/(x + 2.5), u = (x − 2.5)/(x + 2.5), 1 ≤ x ≤ 28.
    name: 'erfc',
    from: -0.4286,
    to: 0.8361,
    terms: [9, 20],
    at: (u) => {
      const x = div(fixed(2.5) + mul(fixed(2.5), u), ONE - u);
      const value = mul(erfcx(x), x + fixed(2.5));
      return { value, weight: div(ONE, value) };
    },
  },
];

function show(fit: Fit): void {
  const points: Fixed[] = [];
  for (let i = 0; i < POINTS; i++) {
    const x = fit.from + ((fit.to - fit.from) * (1 - Math.cos((Math.PI * i) / (POINTS - 1)))) / 2;
    if (Math.abs(x) > 1e-8) points.push(fixed(x));
  }
  const at = points.map(fit.at);
  const problem = { points, values: at.map(({ value }) => value), weights: at.map(({ weight }) => weight) };
  fit.terms.forEach((terms, i) => {
    if (terms === 0) return;
    const round = i === 0 ? Math.fround : (x: number): number => x;
    const best = remez(problem, terms);
    const rounded = best.map((c) => round(toNumber(c)));
    const [ideal, worst] = [best, rounded.map(fixed)].map((c) => {
      const errors = weightedErrors(problem, c).map((error) => Math.abs(toNumber(error)));
      return Math.log2(errors.reduce((a, b) => Math.max(a, b))).toFixed(1);
    });
    console.log(
      `${fit.name} ${i === 0 ? 'f32' : 'f64'}, error 2^${worst} (2^${ideal} before rounding): ${rounded.join(', ')}`,
    );
  });
}

/** A constant as parts of `bits` bits each, the last one rounded to f64. */
function parts(name: string, value: Fixed, bits: number, count: number): void {
  const out: number[] = [];
  let rest = value;
  for (let i = 1; i < count; i++) {
    const unit = 2 ** (Math.floor(Math.log2(toNumber(abs(rest)))) + 1 - bits);
    const part = Math.trunc(toNumber(rest) / unit) * unit;
    out.push(part);
    rest -= fixed(part);
  }
  out.push(toNumber(rest));
  console.log(`${name}, parts of ${bits} bits: ${out.join(', ')}`);
}

const wanted = process.argv.slice(2);
fits.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).forEach(show);
parts('ln 2', LN2, 14, 2);
parts('ln 2', LN2, 32, 2);
parts('ln 2', LN2, 26, 2);
parts('2/(3·ln 2)', div(2n * ONE, 3n * LN2), 26, 2);
parts('π/2', PI / 2n, 33, 4);
