/**
 * The walker. `run` loops over turns, `walk` over the ops of one turn, `walk` calls kernels: three functions, because
 * an engine replaces a function by its optimised version only at that function's next call.
 *
 *   op (64 bytes)  | code | cost | 14 operands: pointers, counts, flags |
 *
 * The position lies in the control block. When the budget is used up the walker stores it and returns; the next call
 * goes on there, without changing a bit.
 */
import { flow, FLOW, work } from './generated/dispatch';
import { CONTROL_BEGIN, CONTROL_END, CONTROL_POSITION, CONTROL_STOP, CONTROL_TURNS } from './generated/fields';
import { OP_BYTES } from './lanes';

/** Goes on with the current turn until its end or the end of the budget; returns what is left of the budget. */
export function walk(control: usize, budget: i32): i32 {
  let op = <usize>load<u32>(control, CONTROL_POSITION);
  const end = <usize>load<u32>(control, CONTROL_END);
  do {
    const code = load<i32>(op);
    budget -= load<i32>(op, 4);
    if (code < FLOW) {
      op = flow(code, control, op);
    } else {
      work(code, op);
      op += OP_BYTES;
    }
  } while (op < end && budget > 0);
  if (op >= end) {
    op = <usize>load<u32>(control, CONTROL_BEGIN);
    store<f64>(control, load<f64>(control, CONTROL_TURNS) + 1, CONTROL_TURNS);
  }
  store<u32>(control, <u32>op, CONTROL_POSITION);
  return budget;
}

/**
 * Walks until `turns` turns are complete in all, an op has asked to stop, or the budget is used up. Returns what is
 * left of the budget.
 */
export function run(control: usize, turns: f64, budget: i32): i32 {
  while (budget > 0 && load<f64>(control, CONTROL_TURNS) < turns && load<u32>(control, CONTROL_STOP) == 0) {
    budget = walk(control, budget);
  }
  return budget;
}
