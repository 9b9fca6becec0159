// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { nextBlock, jump, check, record, shuffle, guard_f32, guard_f64, lineSearch_f32, lineSearch_f64, snapshot, beginBatch, gatherRows, margin_f32, margin_f64, gradient_f32, gradient_f64, product1_f32, product1_f64, product2_f32, product2_f64, product3_f32, product3_f64, product4_f32, product4_f64, leaf_f32, leaf_f64, measure_f32, measure_f64, clean, meanSquaredError_f32, meanSquaredError_f64, residual_f32, residual_f64, logCosh_f32, logCosh_f64, hinge_f32, hinge_f64, binaryFromProbabilities_f32, binaryFromProbabilities_f64, binaryCrossEntropy_f32, binaryCrossEntropy_f64, focal_f32, focal_f64, poisson_f32, poisson_f64, poissonMean_f32, poissonMean_f64, gammaDeviance_f32, gammaDeviance_f64, tweedieDeviance_f32, tweedieDeviance_f64, kullbackLeibler_f32, kullbackLeibler_f64, softmax_f32, softmax_f64, classes_f32, classes_f64, gaussian_f32, gaussian_f64, cosine_f32, cosine_f64, triplet_f32, triplet_f64, absoluteValue_f32, absoluteValue_f64, absoluteProximal_f32, absoluteProximal_f64, absoluteSlope_f32, absoluteSlope_f64, boundsProximal_f32, boundsProximal_f64, boundsSlope_f32, boundsSlope_f64, groupNormValue_f32, groupNormValue_f64, groupNormProximal_f32, groupNormProximal_f64, groupNormSlope_f32, groupNormSlope_f64, squareValue_f32, squareValue_f64, squareProximal_f32, squareProximal_f64, squareSlope_f32, squareSlope_f64, maximumNormProximal_f32, maximumNormProximal_f64, maximumNormSlope_f32, maximumNormSlope_f64, rate, rates, plainDescent_f32, plainDescent_f64, nesterov_f32, nesterov_f64, heavyBall_f32, heavyBall_f64, norm_f32, norm_f64, clipValue_f32, clipValue_f64, clipNorm_f32, clipNorm_f64, ema_f32, ema_f64, swa_f32, swa_f64, lookahead_f32, lookahead_f64, samAscend_f32, samAscend_f64, move, loadF32_f32, loadF32_f64, loadF64_f32, loadF64_f64, momentsF32, momentsF64, exp_f32, exp_f64, sigmoid_f32, sigmoid_f64, widen_f32, widen_f64, argmax, tally, topK, ofLogits, ofProbabilities, scoring, scores_f32, scores_f64, radix_f32, radix_f64, curve_f32, curve_f64, residuals } from './kernels';
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
    case 9: snapshot(op); break;
    case 10: beginBatch(op); break;
    case 11: gatherRows(op); break;
    case 12: margin_f32(op); break;
    case 13: margin_f64(op); break;
    case 14: gradient_f32(op); break;
    case 15: gradient_f64(op); break;
    case 16: product1_f32(op); break;
    case 17: product1_f64(op); break;
    case 18: product2_f32(op); break;
    case 19: product2_f64(op); break;
    case 20: product3_f32(op); break;
    case 21: product3_f64(op); break;
    case 22: product4_f32(op); break;
    case 23: product4_f64(op); break;
    case 24: leaf_f32(op); break;
    case 25: leaf_f64(op); break;
    case 26: measure_f32(op); break;
    case 27: measure_f64(op); break;
    case 28: clean(op); break;
    case 29: meanSquaredError_f32(op); break;
    case 30: meanSquaredError_f64(op); break;
    case 31: residual_f32(op); break;
    case 32: residual_f64(op); break;
    case 33: logCosh_f32(op); break;
    case 34: logCosh_f64(op); break;
    case 35: hinge_f32(op); break;
    case 36: hinge_f64(op); break;
    case 37: binaryFromProbabilities_f32(op); break;
    case 38: binaryFromProbabilities_f64(op); break;
    case 39: binaryCrossEntropy_f32(op); break;
    case 40: binaryCrossEntropy_f64(op); break;
    case 41: focal_f32(op); break;
    case 42: focal_f64(op); break;
    case 43: poisson_f32(op); break;
    case 44: poisson_f64(op); break;
    case 45: poissonMean_f32(op); break;
    case 46: poissonMean_f64(op); break;
    case 47: gammaDeviance_f32(op); break;
    case 48: gammaDeviance_f64(op); break;
    case 49: tweedieDeviance_f32(op); break;
    case 50: tweedieDeviance_f64(op); break;
    case 51: kullbackLeibler_f32(op); break;
    case 52: kullbackLeibler_f64(op); break;
    case 53: softmax_f32(op); break;
    case 54: softmax_f64(op); break;
    case 55: classes_f32(op); break;
    case 56: classes_f64(op); break;
    case 57: gaussian_f32(op); break;
    case 58: gaussian_f64(op); break;
    case 59: cosine_f32(op); break;
    case 60: cosine_f64(op); break;
    case 61: triplet_f32(op); break;
    case 62: triplet_f64(op); break;
    case 63: absoluteValue_f32(op); break;
    case 64: absoluteValue_f64(op); break;
    case 65: absoluteProximal_f32(op); break;
    case 66: absoluteProximal_f64(op); break;
    case 67: absoluteSlope_f32(op); break;
    case 68: absoluteSlope_f64(op); break;
    case 69: boundsProximal_f32(op); break;
    case 70: boundsProximal_f64(op); break;
    case 71: boundsSlope_f32(op); break;
    case 72: boundsSlope_f64(op); break;
    case 73: groupNormValue_f32(op); break;
    case 74: groupNormValue_f64(op); break;
    case 75: groupNormProximal_f32(op); break;
    case 76: groupNormProximal_f64(op); break;
    case 77: groupNormSlope_f32(op); break;
    case 78: groupNormSlope_f64(op); break;
    case 79: squareValue_f32(op); break;
    case 80: squareValue_f64(op); break;
    case 81: squareProximal_f32(op); break;
    case 82: squareProximal_f64(op); break;
    case 83: squareSlope_f32(op); break;
    case 84: squareSlope_f64(op); break;
    case 85: maximumNormProximal_f32(op); break;
    case 86: maximumNormProximal_f64(op); break;
    case 87: maximumNormSlope_f32(op); break;
    case 88: maximumNormSlope_f64(op); break;
    case 89: rate(op); break;
    case 90: rates(op); break;
    case 91: plainDescent_f32(op); break;
    case 92: plainDescent_f64(op); break;
    case 93: nesterov_f32(op); break;
    case 94: nesterov_f64(op); break;
    case 95: heavyBall_f32(op); break;
    case 96: heavyBall_f64(op); break;
    case 97: norm_f32(op); break;
    case 98: norm_f64(op); break;
    case 99: clipValue_f32(op); break;
    case 100: clipValue_f64(op); break;
    case 101: clipNorm_f32(op); break;
    case 102: clipNorm_f64(op); break;
    case 103: ema_f32(op); break;
    case 104: ema_f64(op); break;
    case 105: swa_f32(op); break;
    case 106: swa_f64(op); break;
    case 107: lookahead_f32(op); break;
    case 108: lookahead_f64(op); break;
    case 109: samAscend_f32(op); break;
    case 110: samAscend_f64(op); break;
    case 111: move(op); break;
    case 112: loadF32_f32(op); break;
    case 113: loadF32_f64(op); break;
    case 114: loadF64_f32(op); break;
    case 115: loadF64_f64(op); break;
    case 116: momentsF32(op); break;
    case 117: momentsF64(op); break;
    case 118: exp_f32(op); break;
    case 119: exp_f64(op); break;
    case 120: sigmoid_f32(op); break;
    case 121: sigmoid_f64(op); break;
    case 122: widen_f32(op); break;
    case 123: widen_f64(op); break;
    case 124: argmax(op); break;
    case 125: tally(op); break;
    case 126: topK(op); break;
    case 127: ofLogits(op); break;
    case 128: ofProbabilities(op); break;
    case 129: scoring(op); break;
    case 130: scores_f32(op); break;
    case 131: scores_f64(op); break;
    case 132: radix_f32(op); break;
    case 133: radix_f64(op); break;
    case 134: curve_f32(op); break;
    case 135: curve_f64(op); break;
    case 136: residuals(op); break;
    default: more(code, op);
  }
}

// @ts-ignore: decorator
@inline function more(code: i32, op: usize): void {
  if (!isDefined(EXTRAS)) unreachable();
  switch (code) {
    case 137: copy_f32(op); break;
    case 138: copy_f64(op); break;
    case 139: readOnly_f32(op); break;
    case 140: readOnly_f64(op); break;
    case 141: expm1_f32(op); break;
    case 142: expm1_f64(op); break;
    case 143: log_f32(op); break;
    case 144: log_f64(op); break;
    case 145: log1p_f32(op); break;
    case 146: log1p_f64(op); break;
    case 147: cos_f32(op); break;
    case 148: cos_f64(op); break;
    case 149: sin_f32(op); break;
    case 150: sin_f64(op); break;
    case 151: tanh_f32(op); break;
    case 152: tanh_f64(op); break;
    case 153: softplus_f32(op); break;
    case 154: softplus_f64(op); break;
    case 155: uniform_f32(op); break;
    case 156: uniform_f64(op); break;
    case 157: normal_f32(op); break;
    case 158: normal_f64(op); break;
    case 159: pow_f32(op); break;
    case 160: pow_f64(op); break;
    case 161: randomWords(op); break;
    case 162: permutation(op); break;
    default: unreachable();
  }
}
