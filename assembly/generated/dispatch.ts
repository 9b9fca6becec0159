// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.

import { nextBlock, jump, copy_f32, copy_f64 } from './kernels';

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
    default: unreachable();
  }
}
