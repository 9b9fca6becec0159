// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { nextBlock, jump, check, record, shuffle, guard_f32, guard_f64, lineSearch_f32, lineSearch_f64, beginBatch, gatherRows, margin_f32, margin_f64, gradient_f32, gradient_f64, product1_f32, product1_f64, product2_f32, product2_f64, product3_f32, product3_f64, product4_f32, product4_f64, leaf_f32, leaf_f64, measure_f32, measure_f64, meanSquaredError_f32, meanSquaredError_f64, binaryCrossEntropy_f32, binaryCrossEntropy_f64, softmaxCrossEntropy_f32, softmaxCrossEntropy_f64, softmaxDistribution_f32, softmaxDistribution_f64, absoluteValue_f32, absoluteValue_f64, absoluteProximal_f32, absoluteProximal_f64, absoluteSlope_f32, absoluteSlope_f64, boundsProximal_f32, boundsProximal_f64, boundsSlope_f32, boundsSlope_f64, groupNormValue_f32, groupNormValue_f64, groupNormProximal_f32, groupNormProximal_f64, groupNormSlope_f32, groupNormSlope_f64, squareValue_f32, squareValue_f64, squareProximal_f32, squareProximal_f64, squareSlope_f32, squareSlope_f64, maximumNormProximal_f32, maximumNormProximal_f64, maximumNormSlope_f32, maximumNormSlope_f64, rate, rates, plainDescent_f32, plainDescent_f64, nesterov_f32, nesterov_f64, heavyBall_f32, heavyBall_f64, loadF32_f32, loadF32_f64, loadF64_f32, loadF64_f64, momentsF32, momentsF64, exp_f32, exp_f64, sigmoid_f32, sigmoid_f64, widen_f32, widen_f64, argmax, tally, topK, ofLogits, ofProbabilities, scoring, scores_f32, scores_f64, radix_f32, radix_f64, curve_f32, curve_f64, residuals } from './kernels';
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
    case 29: binaryCrossEntropy_f32(op); break;
    case 30: binaryCrossEntropy_f64(op); break;
    case 31: softmaxCrossEntropy_f32(op); break;
    case 32: softmaxCrossEntropy_f64(op); break;
    case 33: softmaxDistribution_f32(op); break;
    case 34: softmaxDistribution_f64(op); break;
    case 35: absoluteValue_f32(op); break;
    case 36: absoluteValue_f64(op); break;
    case 37: absoluteProximal_f32(op); break;
    case 38: absoluteProximal_f64(op); break;
    case 39: absoluteSlope_f32(op); break;
    case 40: absoluteSlope_f64(op); break;
    case 41: boundsProximal_f32(op); break;
    case 42: boundsProximal_f64(op); break;
    case 43: boundsSlope_f32(op); break;
    case 44: boundsSlope_f64(op); break;
    case 45: groupNormValue_f32(op); break;
    case 46: groupNormValue_f64(op); break;
    case 47: groupNormProximal_f32(op); break;
    case 48: groupNormProximal_f64(op); break;
    case 49: groupNormSlope_f32(op); break;
    case 50: groupNormSlope_f64(op); break;
    case 51: squareValue_f32(op); break;
    case 52: squareValue_f64(op); break;
    case 53: squareProximal_f32(op); break;
    case 54: squareProximal_f64(op); break;
    case 55: squareSlope_f32(op); break;
    case 56: squareSlope_f64(op); break;
    case 57: maximumNormProximal_f32(op); break;
    case 58: maximumNormProximal_f64(op); break;
    case 59: maximumNormSlope_f32(op); break;
    case 60: maximumNormSlope_f64(op); break;
    case 61: rate(op); break;
    case 62: rates(op); break;
    case 63: plainDescent_f32(op); break;
    case 64: plainDescent_f64(op); break;
    case 65: nesterov_f32(op); break;
    case 66: nesterov_f64(op); break;
    case 67: heavyBall_f32(op); break;
    case 68: heavyBall_f64(op); break;
    case 69: loadF32_f32(op); break;
    case 70: loadF32_f64(op); break;
    case 71: loadF64_f32(op); break;
    case 72: loadF64_f64(op); break;
    case 73: momentsF32(op); break;
    case 74: momentsF64(op); break;
    case 75: exp_f32(op); break;
    case 76: exp_f64(op); break;
    case 77: sigmoid_f32(op); break;
    case 78: sigmoid_f64(op); break;
    case 79: widen_f32(op); break;
    case 80: widen_f64(op); break;
    case 81: argmax(op); break;
    case 82: tally(op); break;
    case 83: topK(op); break;
    case 84: ofLogits(op); break;
    case 85: ofProbabilities(op); break;
    case 86: scoring(op); break;
    case 87: scores_f32(op); break;
    case 88: scores_f64(op); break;
    case 89: radix_f32(op); break;
    case 90: radix_f64(op); break;
    case 91: curve_f32(op); break;
    case 92: curve_f64(op); break;
    case 93: residuals(op); break;
    default: more(code, op);
  }
}

// @ts-ignore: decorator
@inline function more(code: i32, op: usize): void {
  if (!isDefined(EXTRAS)) unreachable();
  switch (code) {
    case 94: copy_f32(op); break;
    case 95: copy_f64(op); break;
    case 96: readOnly_f32(op); break;
    case 97: readOnly_f64(op); break;
    case 98: expm1_f32(op); break;
    case 99: expm1_f64(op); break;
    case 100: log_f32(op); break;
    case 101: log_f64(op); break;
    case 102: log1p_f32(op); break;
    case 103: log1p_f64(op); break;
    case 104: cos_f32(op); break;
    case 105: cos_f64(op); break;
    case 106: sin_f32(op); break;
    case 107: sin_f64(op); break;
    case 108: tanh_f32(op); break;
    case 109: tanh_f64(op); break;
    case 110: softplus_f32(op); break;
    case 111: softplus_f64(op); break;
    case 112: uniform_f32(op); break;
    case 113: uniform_f64(op); break;
    case 114: normal_f32(op); break;
    case 115: normal_f64(op); break;
    case 116: pow_f32(op); break;
    case 117: pow_f64(op); break;
    case 118: randomWords(op); break;
    case 119: permutation(op); break;
    default: unreachable();
  }
}
