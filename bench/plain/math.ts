/** Functions of every element, by `Math.*`: each its own loop, so that the engine can inline the call. */
import type { Floats } from './index.ts';

export function exp(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!);
}

export function log(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]!);
}

export function pow(x: Floats, exponent: number, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i]! ** exponent;
}

export function sqrt(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]!);
}

export function cos(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.cos(x[i]!);
}

export function tanh(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]!);
}

export function sigmoid(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!));
}

/** ln(1 + eˣ) without overflow. */
export function softplus(x: Floats, out: Floats): void {
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!;
    out[i] = Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
  }
}
