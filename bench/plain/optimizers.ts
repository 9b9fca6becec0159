/** Updates over flat arrays, in place. `buffer` starts at zeros. */
import type { Floats } from './index.ts';

/** θ ← θ − ηg */
export function sgd(theta: Floats, gradient: Floats, rate: number): void {
  for (let i = 0; i < theta.length; i++) theta[i]! -= rate * gradient[i]!;
}

/** b ← μb + g, θ ← θ − ηb */
export function momentum(theta: Floats, gradient: Floats, buffer: Floats, rate: number, mu: number): void {
  for (let i = 0; i < theta.length; i++) {
    const b = mu * buffer[i]! + gradient[i]!;
    buffer[i] = b;
    theta[i]! -= rate * b;
  }
}

/** b ← μb + g, θ ← θ − η(g + μb) */
export function nesterov(theta: Floats, gradient: Floats, buffer: Floats, rate: number, mu: number): void {
  for (let i = 0; i < theta.length; i++) {
    const g = gradient[i]!;
    const b = mu * buffer[i]! + g;
    buffer[i] = b;
    theta[i]! -= rate * (g + mu * b);
  }
}
