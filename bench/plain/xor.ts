/**
 * A 2-3-1 network, sigmoid inside and cross-entropy of a logit outside, trained on four rows at once: plain loops written for
 * this network alone. Parameters: six weights (inputs × units), three biases, three weights, one bias.
 */
import type { Floats } from './index.ts';

/** Steps of gradient descent on four rows: x two numbers a row, y 0 or 1. */
export function xorSgd(theta: Floats, x: Floats, y: Floats, steps: number, rate: number): void {
  let [a0, a1, a2] = [theta[0]!, theta[1]!, theta[2]!];
  let [b0, b1, b2] = [theta[3]!, theta[4]!, theta[5]!];
  let [c0, c1, c2] = [theta[6]!, theta[7]!, theta[8]!];
  let [v0, v1, v2, d] = [theta[9]!, theta[10]!, theta[11]!, theta[12]!];
  const scale = rate / 4;
  for (let step = 0; step < steps; step++) {
    let [ga0, ga1, ga2, gb0, gb1, gb2, gc0, gc1, gc2] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    let [gv0, gv1, gv2, gd] = [0, 0, 0, 0];
    for (let row = 0; row < 4; row++) {
      const p = x[2 * row]!;
      const q = x[2 * row + 1]!;
      const h0 = 1 / (1 + Math.exp(-(p * a0 + q * b0 + c0)));
      const h1 = 1 / (1 + Math.exp(-(p * a1 + q * b1 + c1)));
      const h2 = 1 / (1 + Math.exp(-(p * a2 + q * b2 + c2)));
      const z = h0 * v0 + h1 * v1 + h2 * v2 + d;
      const r = 1 / (1 + Math.exp(-z)) - y[row]!;
      gv0 += r * h0;
      gv1 += r * h1;
      gv2 += r * h2;
      gd += r;
      const s0 = r * v0 * h0 * (1 - h0);
      const s1 = r * v1 * h1 * (1 - h1);
      const s2 = r * v2 * h2 * (1 - h2);
      ga0 += p * s0;
      ga1 += p * s1;
      ga2 += p * s2;
      gb0 += q * s0;
      gb1 += q * s1;
      gb2 += q * s2;
      gc0 += s0;
      gc1 += s1;
      gc2 += s2;
    }
    a0 -= scale * ga0;
    a1 -= scale * ga1;
    a2 -= scale * ga2;
    b0 -= scale * gb0;
    b1 -= scale * gb1;
    b2 -= scale * gb2;
    c0 -= scale * gc0;
    c1 -= scale * gc1;
    c2 -= scale * gc2;
    v0 -= scale * gv0;
    v1 -= scale * gv1;
    v2 -= scale * gv2;
    d -= scale * gd;
  }
  theta.set([a0, a1, a2, b0, b1, b2, c0, c1, c2, v0, v1, v2, d]);
}
