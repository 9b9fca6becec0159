/**
 * Kernels around the numeric ones: batches and blocks of rows, the end of a step, and where the walker goes on.
 * A flow kernel returns the op to go on with.
 */
import {
  CONTROL_END,
  CONTROL_STOP,
  CURSOR_BATCH,
  CURSOR_BLOCK,
  CURSOR_COUNT,
  CURSOR_LIMIT,
  CURSOR_OUTPUTS,
  CURSOR_ROW,
  CURSOR_ROWS,
  CURSOR_SCALE,
  CURSOR_START,
  LEAF_ROWS,
  LOG_FIELDS,
  PROGRESS_EPOCH,
  PROGRESS_FIRST_GRADIENT_MAX,
  PROGRESS_GRADIENT_MAX,
  PROGRESS_GRADIENT_NORM,
  PROGRESS_LAST_OBJECTIVE,
  PROGRESS_LIMIT,
  PROGRESS_LOG,
  PROGRESS_LOG_CAPACITY,
  PROGRESS_LOG_COUNT,
  PROGRESS_LOSS,
  PROGRESS_LOSS_MEAN,
  PROGRESS_LOSS_ROWS,
  PROGRESS_LOSS_TOLERANCE,
  PROGRESS_NON_FINITE,
  PROGRESS_OBJECTIVE,
  PROGRESS_PENALTY,
  PROGRESS_PERIOD,
  PROGRESS_RATE,
  PROGRESS_SKIP_NON_FINITE,
  PROGRESS_SKIPPED,
  PROGRESS_STEP,
  PROGRESS_STEPS_TO_EVENT,
  PROGRESS_TOLERANCE,
  PROGRESS_YIELD_AT_EVENT,
  PROGRESS_YIELD_AT_STEP,
  RANDOM_SUBSTREAM,
  STOP_CONVERGED,
  STOP_EVENT,
  STOP_NON_FINITE,
  RANDOM_DRAWS,
  RANDOM_POSITION,
} from './generated/fields';
import { OP_BYTES, word } from './lanes';
import { permute } from './random';

/** Largest number below infinity. */
const FINITE: f64 = f64.MAX_VALUE;

/** What was not finite. */
export const enum NonFinite {
  NONE,
  LOSS,
  GRADIENT,
  PARAMETERS,
}

/** Swaps of the permutation in one go: well below a millisecond. */
const SWAPS: u32 = 32768;

/**
 * shuffle(cursor, state, indices): a new permutation of the rows when an epoch begins, some swaps at a time.
 */
export function shuffle(control: usize, op: usize): usize {
  const cursor = word(op, 2);
  const state = word(op, 3);
  const rows = load<u32>(cursor, CURSOR_ROWS);
  if (load<u32>(state, RANDOM_POSITION) >= rows) return op + OP_BYTES;
  return permute(state, word(op, 4), rows, SWAPS) ? op + OP_BYTES : op;
}

/** snapshot(cursor, from, to, bytes): keeps what a step changes, when an epoch begins. */
export function snapshot(op: usize): void {
  if (load<u32>(word(op, 2), CURSOR_START) == 0) memory.copy(word(op, 4), word(op, 3), word(op, 5));
}

/** beginBatch(cursor, sums): takes the next batch of rows and clears the sums of the loss. */
export function beginBatch(op: usize): void {
  const cursor = word(op, 2);
  const sums = word(op, 3);
  const left = load<u32>(cursor, CURSOR_ROWS) - load<u32>(cursor, CURSOR_START);
  const count = min(load<u32>(cursor, CURSOR_BATCH), left);
  store<u32>(cursor, count, CURSOR_COUNT);
  store<u32>(cursor, 0, CURSOR_ROW);
  store<u32>(cursor, 0, CURSOR_BLOCK);
  store<f64>(cursor, 1 / (<f64>count * <f64>load<u32>(cursor, CURSOR_OUTPUTS)), CURSOR_SCALE);
  store<f64>(sums, 0);
}

/**
 * nextBlock(cursor, exit): moves the cursor to the next block of rows of the batch, or goes to `exit` when there is
 * none. A block never crosses a leaf of the pairwise tree.
 */
export function nextBlock(control: usize, op: usize): usize {
  const cursor = word(op, 2);
  const row = load<u32>(cursor, CURSOR_ROW) + load<u32>(cursor, CURSOR_BLOCK);
  const count = load<u32>(cursor, CURSOR_COUNT);
  if (row >= count) return word(op, 3);
  const leaf = LEAF_ROWS - (row & (LEAF_ROWS - 1));
  store<u32>(cursor, row, CURSOR_ROW);
  store<u32>(cursor, min(min(load<u32>(cursor, CURSOR_LIMIT), count - row), leaf), CURSOR_BLOCK);
  return op + OP_BYTES;
}

/** jump(target) */
export function jump(control: usize, op: usize): usize {
  return word(op, 2);
}

/** Are loss and gradient of the last evaluation finite? Also takes the root of the squares and adds the penalty. */
// @ts-ignore: decorator
@inline export function finish(progress: usize): NonFinite {
  const loss = load<f64>(progress, PROGRESS_LOSS);
  const squares = load<f64>(progress, PROGRESS_GRADIENT_NORM);
  store<f64>(progress, sqrt(squares), PROGRESS_GRADIENT_NORM);
  store<f64>(progress, loss + load<f64>(progress, PROGRESS_PENALTY), PROGRESS_OBJECTIVE);
  if (!(abs(loss) <= FINITE)) return NonFinite.LOSS;
  // The squares of finite f64 may overflow, their largest cannot; NaN is only seen in the squares.
  if (squares != squares || !(load<f64>(progress, PROGRESS_GRADIENT_MAX) <= FINITE)) return NonFinite.GRADIENT;
  return NonFinite.NONE;
}

/**
 * Has the objective converged? Gradient: ‖g‖∞ ≤ tolerance · max(1, ‖g₀‖∞). Loss: |F − F₋| ≤ lossTolerance · max(|F|, |F₋|).
 * A negative tolerance asks for nothing. At the start ‖g₀‖∞ is negative and F₋ is NaN.
 */
// @ts-ignore: decorator
@inline export function converged(progress: usize): bool {
  const gradient = load<f64>(progress, PROGRESS_GRADIENT_MAX);
  const objective = load<f64>(progress, PROGRESS_OBJECTIVE);
  const last = load<f64>(progress, PROGRESS_LAST_OBJECTIVE);
  if (load<f64>(progress, PROGRESS_FIRST_GRADIENT_MAX) < 0) store<f64>(progress, gradient, PROGRESS_FIRST_GRADIENT_MAX);
  store<f64>(progress, objective, PROGRESS_LAST_OBJECTIVE);
  const first = load<f64>(progress, PROGRESS_FIRST_GRADIENT_MAX);
  if (gradient <= load<f64>(progress, PROGRESS_TOLERANCE) * max<f64>(1, first)) return true;
  const tolerance = load<f64>(progress, PROGRESS_LOSS_TOLERANCE);
  // A negative one times an objective of zero would be met.
  return tolerance >= 0 && abs(objective - last) <= tolerance * max<f64>(abs(objective), abs(last));
}

/**
 * check(progress, record, full): goes on with the update if loss and gradient are finite and the run has not
 * converged (asked of full batches only); to `record` if a batch that is not finite is to be skipped.
 */
export function check(control: usize, op: usize): usize {
  const progress = word(op, 2);
  const bad = finish(progress);
  if (bad != NonFinite.NONE) {
    store<u32>(progress, bad, PROGRESS_NON_FINITE);
    if (load<u32>(progress, PROGRESS_SKIP_NON_FINITE) != 0) return word(op, 3);
    store<u32>(control, STOP_NON_FINITE, CONTROL_STOP);
    return <usize>load<u32>(control, CONTROL_END);
  }
  if (word(op, 4) != 0 && converged(progress)) {
    store<u32>(control, STOP_CONVERGED, CONTROL_STOP);
    return <usize>load<u32>(control, CONTROL_END);
  }
  return op + OP_BYTES;
}

/** One record of the log from the mean since the last, which is cleared. */
// @ts-ignore: decorator
@inline function log(control: usize, progress: usize): void {
  const count = load<u32>(progress, PROGRESS_LOG_COUNT);
  const at = <usize>load<u32>(progress, PROGRESS_LOG) + ((<usize>count * LOG_FIELDS) << 3);
  // If every step was skipped there is no loss.
  const loss = load<f64>(progress, PROGRESS_LOSS_ROWS) > 0 ? load<f64>(progress, PROGRESS_LOSS_MEAN) : f64.NaN;
  const penalty = load<f64>(progress, PROGRESS_PENALTY);
  store<f64>(at, load<f64>(progress, PROGRESS_EPOCH));
  store<f64>(at, load<f64>(progress, PROGRESS_STEP), 8);
  store<f64>(at, loss, 16);
  store<f64>(at, penalty, 24);
  store<f64>(at, loss + penalty, 32);
  store<f64>(at, load<f64>(progress, PROGRESS_RATE), 40);
  store<f64>(at, load<f64>(progress, PROGRESS_GRADIENT_NORM), 48);
  store<f64>(at, load<f64>(progress, PROGRESS_GRADIENT_MAX), 56);
  store<u32>(progress, count + 1, PROGRESS_LOG_COUNT);
  store<f64>(progress, 0, PROGRESS_LOSS_MEAN);
  store<f64>(progress, 0, PROGRESS_LOSS_ROWS);
  store<u32>(progress, load<u32>(progress, PROGRESS_PERIOD), PROGRESS_STEPS_TO_EVENT);
  if (load<u32>(progress, PROGRESS_YIELD_AT_EVENT) != 0 || count + 1 == load<u32>(progress, PROGRESS_LOG_CAPACITY)) {
    store<u32>(control, STOP_EVENT, CONTROL_STOP);
  }
}

/** Counts a step: mean of the loss, the next batch, perhaps the next epoch, perhaps an event. `state` of random numbers or 0. */
// @ts-ignore: decorator
@inline export function advance(control: usize, progress: usize, cursor: usize, state: usize): void {
  const count = load<u32>(cursor, CURSOR_COUNT);
  if (load<u32>(progress, PROGRESS_NON_FINITE) != 0) {
    store<u32>(progress, 0, PROGRESS_NON_FINITE);
    store<u32>(progress, load<u32>(progress, PROGRESS_SKIPPED) + 1, PROGRESS_SKIPPED);
  } else {
    // A running mean, of a single step its loss to the bit.
    const rows = load<f64>(progress, PROGRESS_LOSS_ROWS) + <f64>count;
    const mean = load<f64>(progress, PROGRESS_LOSS_MEAN);
    store<f64>(progress, rows, PROGRESS_LOSS_ROWS);
    store<f64>(progress, mean + (load<f64>(progress, PROGRESS_LOSS) - mean) * (<f64>count / rows), PROGRESS_LOSS_MEAN);
  }
  const step = load<f64>(progress, PROGRESS_STEP) + 1;
  store<f64>(progress, step, PROGRESS_STEP);
  const start = load<u32>(cursor, CURSOR_START) + count;
  if (start >= load<u32>(cursor, CURSOR_ROWS)) {
    const epoch = load<f64>(progress, PROGRESS_EPOCH) + 1;
    store<f64>(progress, epoch, PROGRESS_EPOCH);
    store<u32>(cursor, 0, CURSOR_START);
    if (state != 0) {
      store<u32>(state, <u32>epoch, RANDOM_SUBSTREAM);
      store<u32>(state, 0, RANDOM_POSITION);
      store<u32>(state, 0, RANDOM_DRAWS);
    }
  } else {
    store<u32>(cursor, start, CURSOR_START);
  }
  const left = load<u32>(progress, PROGRESS_STEPS_TO_EVENT) - 1;
  store<u32>(progress, left, PROGRESS_STEPS_TO_EVENT);
  if (load<u32>(progress, PROGRESS_YIELD_AT_STEP) != 0 || step >= load<f64>(progress, PROGRESS_LIMIT)) {
    store<u32>(control, STOP_EVENT, CONTROL_STOP);
  }
  if (left == 0) log(control, progress);
}

/** record(progress, cursor, state of random numbers or 0): the end of a step. */
export function record(control: usize, op: usize): usize {
  advance(control, word(op, 2), word(op, 3), word(op, 4));
  return op + OP_BYTES;
}
