/** A multilayer perceptron in plain f64 loops, written from the formulas: forward, backward, Adam. */
import { source } from './points.js';

type ActivationName = 'relu' | 'tanh' | 'sigmoid';

export type Numbers = Record<string, Float32Array | Float64Array>;

type Known = Extract<ActivationName, 'relu' | 'tanh' | 'sigmoid'>;

const functions: Record<Known, { f: (z: number) => number; slope: (z: number) => number }> = {
  relu: { f: (z) => Math.max(0, z), slope: (z) => Number(z > 0) },
  tanh: { f: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: {
    f: (z) => 1 / (1 + Math.exp(-z)),
    slope: (z) => Math.exp(-z) / (1 + Math.exp(-z)) ** 2,
  },
};

export class Twin {
  readonly sizes: readonly number[];
  readonly activation: Known;
  /** weight[l][k·inputs + j] is that from input j to unit k, as PyTorch has it. */
  readonly parameters: Record<string, Float64Array> = {};
  readonly #m: Record<string, Float64Array> = {};
  readonly #v: Record<string, Float64Array> = {};
  #steps = 0;

  constructor(sizes: readonly number[], activation: Known, start: Record<string, ArrayLike<number>>) {
    this.sizes = sizes;
    this.activation = activation;
    for (const [name, values] of Object.entries(start)) {
      this.parameters[name] = Float64Array.from(values);
      this.#m[name] = new Float64Array(values.length);
      this.#v[name] = new Float64Array(values.length);
    }
  }

  /** z of every layer for one row. */
  #pass(row: ArrayLike<number>): number[][] {
    const zs: number[][] = [];
    let from = Array.from(row);
    for (let l = 1; l < this.sizes.length; l++) {
      const weight = this.parameters[`dense${l}.weight`]!;
      const bias = this.parameters[`dense${l}.bias`]!;
      const z = Array.from(bias, (b, k) => from.reduce((sum, v, j) => sum + v * weight[k * from.length + j]!, b));
      zs.push(z);
      from = z.map(functions[this.activation].f);
    }
    return zs;
  }

  /** What comes out, before the link. */
  forward(x: readonly ArrayLike<number>[]): number[][] {
    return x.map((row) => this.#pass(row).at(-1)!);
  }

  /** Σ over the rows of the gradient; `slope` is ∂loss/∂z of row i. */
  gradient(
    x: readonly ArrayLike<number>[],
    slope: (z: readonly number[], i: number) => readonly number[],
  ): Record<string, Float64Array> {
    const sum = Object.fromEntries(
      Object.entries(this.parameters).map(([name, { length }]) => [name, new Float64Array(length)]),
    );
    const { f, slope: derivative } = functions[this.activation];
    x.forEach((row, i) => {
      const zs = this.#pass(row);
      let d = slope(zs.at(-1)!, i);
      for (let l = zs.length; l > 0; l--) {
        const from = l > 1 ? zs[l - 2]!.map(f) : Array.from(row);
        const weight = this.parameters[`dense${l}.weight`]!;
        d.forEach((value, k) => {
          sum[`dense${l}.bias`]![k]! += value;
          from.forEach((v, j) => {
            sum[`dense${l}.weight`]![k * from.length + j]! += value * v;
          });
        });
        if (l === 1) break;
        const ahead = d;
        d = zs[l - 2]!.map(
          (z, j) => derivative(z) * ahead.reduce((all, value, k) => all + value * weight[k * from.length + j]!, 0),
        );
      }
    });
    return sum;
  }

  /** θ ← θ − η·(m/c₁)/(√(v/c₂) + ε) with β = (0.9, 0.999), ε = 1e-8 (Kingma & Ba 2015). */
  adam(gradient: Record<string, Float64Array>, rate: number): void {
    this.#steps++;
    const c1 = 1 - 0.9 ** this.#steps;
    const c2 = 1 - 0.999 ** this.#steps;
    for (const [name, θ] of Object.entries(this.parameters)) {
      const m = this.#m[name]!;
      const v = this.#v[name]!;
      gradient[name]!.forEach((g, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        θ[i]! -= (rate * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + 1e-8);
      });
    }
  }
}

/** softmax(z) − one-hot. */
export function softmaxSlope(z: readonly number[], label: number): number[] {
  const top = Math.max(...z);
  const e = z.map((value) => Math.exp(value - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((value, k) => value / sum - Number(k === label));
}

export const logLoss = (z: readonly number[], label: number): number => {
  const top = Math.max(...z);
  return top + Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0)) - z[label]!;
};

/** The bits of all parameters. */
export const networkBits = ({ parameters }: { readonly parameters: Readonly<Numbers> }): string =>
  Object.entries(parameters)
    .map(([name, a]) => `${name} ${Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString('hex')}`)
    .join('\n');

export const copied = (parameters: Readonly<Numbers>): Numbers =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));

/** Rows with targets of every kind: numbers, three numbers, two labels, three labels, counts. */
export function rowsOf(n: number, columns: number, seed = 1) {
  const next = source(seed);
  const x = Array.from({ length: n }, () => Array.from({ length: columns }, () => 2 * next() - 1));
  const y = x.map((row) => Math.sin(2 * row[0]!) + row[1]! * row[2 % columns]! + 0.1 * next());
  return {
    x,
    y,
    three: x.map((row, i) => [y[i]!, row[0]! - row[1]!, next()]),
    binary: y.map((v) => Number(v > 0)),
    ternary: y.map((v) => (v < -0.3 ? 0 : v < 0.4 ? 1 : 2)),
    counts: y.map((v) => Math.floor(2 + 2 * v + next())).map((v) => Math.max(0, v)),
    weights: x.map(() => 0.25 + next()),
  };
}
