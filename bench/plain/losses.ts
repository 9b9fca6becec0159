/** Losses as means, value and gradient in one pass; the gradient is with respect to predictions or logits. */
import type { Floats } from './index.ts';

/** Mean of (ŷ − y)². */
export function meanSquaredError(predictions: Floats, targets: Floats, gradient: Floats): number {
  const scale = 2 / predictions.length;
  let loss = 0;
  for (let i = 0; i < predictions.length; i++) {
    const residual = predictions[i]! - targets[i]!;
    loss += residual * residual;
    gradient[i] = scale * residual;
  }
  return loss / predictions.length;
}

/** Mean of max(z, 0) − yz + ln(1 + e^−|z|), y from 0 to 1. */
export function binaryCrossEntropy(logits: Floats, targets: Floats, gradient: Floats): number {
  const scale = 1 / logits.length;
  let loss = 0;
  for (let i = 0; i < logits.length; i++) {
    const z = logits[i]!;
    const y = targets[i]!;
    const e = Math.exp(-Math.abs(z));
    loss += Math.max(z, 0) - y * z + Math.log1p(e);
    gradient[i] = scale * ((z >= 0 ? 1 / (1 + e) : e / (1 + e)) - y);
  }
  return loss * scale;
}

/** Mean over rows of ln Σ e^z − z[label]; `logits` has `classes` columns. */
export function softmaxCrossEntropy(logits: Floats, labels: Int32Array, classes: number, gradient: Floats): number {
  const scale = 1 / labels.length;
  let loss = 0;
  for (let i = 0, row = 0; i < labels.length; i++, row += classes) {
    let highest = logits[row]!;
    for (let c = 1; c < classes; c++) if (logits[row + c]! > highest) highest = logits[row + c]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const e = Math.exp(logits[row + c]! - highest);
      gradient[row + c] = e;
      sum += e;
    }
    const label = row + labels[i]!;
    loss += highest + Math.log(sum) - logits[label]!;
    const factor = scale / sum;
    for (let c = 0; c < classes; c++) gradient[row + c]! *= factor;
    gradient[label]! -= scale;
  }
  return loss * scale;
}
