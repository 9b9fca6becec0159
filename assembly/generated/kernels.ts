// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { copy as copy_ } from '../blas/level1';
import { jump as jump_, nextBlock as nextBlock_ } from '../flow';

export function nextBlock(control: usize, op: usize): usize {
  return nextBlock_(control, op);
}
export function jump(control: usize, op: usize): usize {
  return jump_(control, op);
}
export function copy_f32(op: usize): void {
  copy_<f32>(op);
}
export function copy_f64(op: usize): void {
  copy_<f64>(op);
}
