// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { nextBlock, jump, check, record, shuffle, guard_f32, guard_f64, lineSearch_f32, lineSearch_f64, beginBatch, gatherRows, margin_f32, margin_f64, gradient_f32, gradient_f64, product1_f32, product1_f64, product2_f32, product2_f64, product3_f32, product3_f64, product4_f32, product4_f64, leaf_f32, leaf_f64, measure_f32, measure_f64, meanSquaredError_f32, meanSquaredError_f64, residual_f32, residual_f64, logCosh_f32, logCosh_f64, hinge_f32, hinge_f64, binaryFromProbabilities_f32, binaryFromProbabilities_f64, binaryCrossEntropy_f32, binaryCrossEntropy_f64, focal_f32, focal_f64, poisson_f32, poisson_f64, poissonMean_f32, poissonMean_f64, gammaDeviance_f32, gammaDeviance_f64, tweedieDeviance_f32, tweedieDeviance_f64, kullbackLeibler_f32, kullbackLeibler_f64, softmax_f32, softmax_f64, classes_f32, classes_f64, gaussian_f32, gaussian_f64, cosine_f32, cosine_f64, triplet_f32, triplet_f64, penalty_f32, penalty_f64, proximal_f32, proximal_f64, clearPadding, rate, rates, plainDescent_f32, plainDescent_f64, nesterov_f32, nesterov_f64, heavyBall_f32, heavyBall_f64, loadF32_f32, loadF32_f64, loadF64_f32, loadF64_f64, momentsF32, momentsF64, exp_f32, exp_f64, sigmoid_f32, sigmoid_f64, widen_f32, widen_f64, argmax, tally, topK, ofLogits, ofProbabilities, scoring, scores_f32, scores_f64, radix_f32, radix_f64, curve_f32, curve_f64, residuals } from './kernels';
import { copy_f32, copy_f64, readOnly_f32, readOnly_f64, expm1_f32, expm1_f64, log_f32, log_f64, log1p_f32, log1p_f64, cos_f32, cos_f64, sin_f32, sin_f64, tanh_f32, tanh_f64, softplus_f32, softplus_f64, uniform_f32, uniform_f64, normal_f32, normal_f64, pow_f32, pow_f64, randomWords, permutation } from './extras';

/** Opcodes below this one decide where to go on. */
export const FLOW: i32 = 9;

// @ts-ignore: decorator
@inline export function flow(code: i32, control: usize, op: usize): usize {
  switch (code) {
    case 0: return nextBlock(control, op);
    case 1: return jump(control, op);
    case 2: return check(control, op);
    case 3: return record(control, op);
    case 4: return shuffle(control, op);
    case 5: return guard_f32(control, op);
    case 6: return guard_f64(control, op);
    case 7: return lineSearch_f32(control, op);
    case 8: return lineSearch_f64(control, op);
    default: unreachable();
  }
  return op;
}

// @ts-ignore: decorator
@inline export function work(code: i32, op: usize): void {
  switch (code) {
    case 9: beginBatch(op); break;
    case 10: gatherRows(op); break;
    case 11: margin_f32(op); break;
    case 12: margin_f64(op); break;
    case 13: gradient_f32(op); break;
    case 14: gradient_f64(op); break;
    case 15: product1_f32(op); break;
    case 16: product1_f64(op); break;
    case 17: product2_f32(op); break;
    case 18: product2_f64(op); break;
    case 19: product3_f32(op); break;
    case 20: product3_f64(op); break;
    case 21: product4_f32(op); break;
    case 22: product4_f64(op); break;
    case 23: leaf_f32(op); break;
    case 24: leaf_f64(op); break;
    case 25: measure_f32(op); break;
    case 26: measure_f64(op); break;
    case 27: meanSquaredError_f32(op); break;
    case 28: meanSquaredError_f64(op); break;
    case 29: residual_f32(op); break;
    case 30: residual_f64(op); break;
    case 31: logCosh_f32(op); break;
    case 32: logCosh_f64(op); break;
    case 33: hinge_f32(op); break;
    case 34: hinge_f64(op); break;
    case 35: binaryFromProbabilities_f32(op); break;
    case 36: binaryFromProbabilities_f64(op); break;
    case 37: binaryCrossEntropy_f32(op); break;
    case 38: binaryCrossEntropy_f64(op); break;
    case 39: focal_f32(op); break;
    case 40: focal_f64(op); break;
    case 41: poisson_f32(op); break;
    case 42: poisson_f64(op); break;
    case 43: poissonMean_f32(op); break;
    case 44: poissonMean_f64(op); break;
    case 45: gammaDeviance_f32(op); break;
    case 46: gammaDeviance_f64(op); break;
    case 47: tweedieDeviance_f32(op); break;
    case 48: tweedieDeviance_f64(op); break;
    case 49: kullbackLeibler_f32(op); break;
    case 50: kullbackLeibler_f64(op); break;
    case 51: softmax_f32(op); break;
    case 52: softmax_f64(op); break;
    case 53: classes_f32(op); break;
    case 54: classes_f64(op); break;
    case 55: gaussian_f32(op); break;
    case 56: gaussian_f64(op); break;
    case 57: cosine_f32(op); break;
    case 58: cosine_f64(op); break;
    case 59: triplet_f32(op); break;
    case 60: triplet_f64(op); break;
    case 61: penalty_f32(op); break;
    case 62: penalty_f64(op); break;
    case 63: proximal_f32(op); break;
    case 64: proximal_f64(op); break;
    case 65: clearPadding(op); break;
    case 66: rate(op); break;
    case 67: rates(op); break;
    case 68: plainDescent_f32(op); break;
    case 69: plainDescent_f64(op); break;
    case 70: nesterov_f32(op); break;
    case 71: nesterov_f64(op); break;
    case 72: heavyBall_f32(op); break;
    case 73: heavyBall_f64(op); break;
    case 74: loadF32_f32(op); break;
    case 75: loadF32_f64(op); break;
    case 76: loadF64_f32(op); break;
    case 77: loadF64_f64(op); break;
    case 78: momentsF32(op); break;
    case 79: momentsF64(op); break;
    case 80: exp_f32(op); break;
    case 81: exp_f64(op); break;
    case 82: sigmoid_f32(op); break;
    case 83: sigmoid_f64(op); break;
    case 84: widen_f32(op); break;
    case 85: widen_f64(op); break;
    case 86: argmax(op); break;
    case 87: tally(op); break;
    case 88: topK(op); break;
    case 89: ofLogits(op); break;
    case 90: ofProbabilities(op); break;
    case 91: scoring(op); break;
    case 92: scores_f32(op); break;
    case 93: scores_f64(op); break;
    case 94: radix_f32(op); break;
    case 95: radix_f64(op); break;
    case 96: curve_f32(op); break;
    case 97: curve_f64(op); break;
    case 98: residuals(op); break;
    default: more(code, op);
  }
}

// @ts-ignore: decorator
@inline function more(code: i32, op: usize): void {
  if (!isDefined(EXTRAS)) unreachable();
  switch (code) {
    case 99: copy_f32(op); break;
    case 100: copy_f64(op); break;
    case 101: readOnly_f32(op); break;
    case 102: readOnly_f64(op); break;
    case 103: expm1_f32(op); break;
    case 104: expm1_f64(op); break;
    case 105: log_f32(op); break;
    case 106: log_f64(op); break;
    case 107: log1p_f32(op); break;
    case 108: log1p_f64(op); break;
    case 109: cos_f32(op); break;
    case 110: cos_f64(op); break;
    case 111: sin_f32(op); break;
    case 112: sin_f64(op); break;
    case 113: tanh_f32(op); break;
    case 114: tanh_f64(op); break;
    case 115: softplus_f32(op); break;
    case 116: softplus_f64(op); break;
    case 117: uniform_f32(op); break;
    case 118: uniform_f64(op); break;
    case 119: normal_f32(op); break;
    case 120: normal_f64(op); break;
    case 121: pow_f32(op); break;
    case 122: pow_f64(op); break;
    case 123: randomWords(op); break;
    case 124: permutation(op); break;
    default: unreachable();
  }
}
