// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { nextBlock, jump, copy_f32, copy_f64, exp_f32, exp_f64, expm1_f32, expm1_f64, log_f32, log_f64, log1p_f32, log1p_f64, cos_f32, cos_f64, sin_f32, sin_f64, tanh_f32, tanh_f64, sigmoid_f32, sigmoid_f64, softplus_f32, softplus_f64, pow_f32, pow_f64, uniform_f32, uniform_f64, normal_f32, normal_f64, randomWords, permutation } from './kernels';

/** Opcodes below this one decide where to go on. */
export const FLOW: i32 = 2;

// @ts-ignore: decorator
@inline export function flow(code: i32, control: usize, op: usize): usize {
  switch (code) {
    case 0: return nextBlock(control, op);
    case 1: return jump(control, op);
    default: unreachable();
  }
  return op;
}

// @ts-ignore: decorator
@inline export function work(code: i32, op: usize): void {
  switch (code) {
    case 2: copy_f32(op); break;
    case 3: copy_f64(op); break;
    case 4: exp_f32(op); break;
    case 5: exp_f64(op); break;
    case 6: expm1_f32(op); break;
    case 7: expm1_f64(op); break;
    case 8: log_f32(op); break;
    case 9: log_f64(op); break;
    case 10: log1p_f32(op); break;
    case 11: log1p_f64(op); break;
    case 12: cos_f32(op); break;
    case 13: cos_f64(op); break;
    case 14: sin_f32(op); break;
    case 15: sin_f64(op); break;
    case 16: tanh_f32(op); break;
    case 17: tanh_f64(op); break;
    case 18: sigmoid_f32(op); break;
    case 19: sigmoid_f64(op); break;
    case 20: softplus_f32(op); break;
    case 21: softplus_f64(op); break;
    case 22: pow_f32(op); break;
    case 23: pow_f64(op); break;
    case 24: uniform_f32(op); break;
    case 25: uniform_f64(op); break;
    case 26: normal_f32(op); break;
    case 27: normal_f64(op); break;
    case 28: randomWords(op); break;
    case 29: permutation(op); break;
    default: unreachable();
  }
}
