/**
 * Rates as f64 in closed form, so that resuming and random access agree. A schedule is a node, a block of f64: its kind,
 * then its numbers; pointers to other nodes are numbers as well.
 */
import {
  PROGRESS_RATE,
  PROGRESS_RATE_FACTOR,
  PROGRESS_STEP,
  PROGRESS_TOP_RATE,
  SCHEDULE_CONSTANT,
  SCHEDULE_EXPONENTIAL,
  SCHEDULE_EXPONENTIAL_RATE,
  SCHEDULE_INVERSE_SQRT,
  SCHEDULE_INVERSE_TIME,
  SCHEDULE_PER_EPOCH,
  SCHEDULE_SQUARE,
  SCHEDULE_TABLE,
} from './generated/fields';
import { word } from './lanes';
import { expScalar, powScalar } from './math/scalar';

// @ts-ignore: decorator
@inline function at(node: usize, i: usize): f64 {
  return load<f64>(node + (i << 3));
}

/** t/T, or its floor with a staircase. */
// @ts-ignore: decorator
@inline function periods(node: usize, i: usize, t: f64): f64 {
  const periods = t / at(node, i);
  return at(node, i + 1) != 0 ? floor(periods) : periods;
}

/** Rate at step t, 0 at the first. */
export function evaluate(node: usize, t: f64): f64 {
  const initial = at(node, 1);
  switch (<i32>load<f64>(node)) {
    case SCHEDULE_TABLE: // [first step, pointer to rates]
      return load<f64>(<usize>at(node, 2) + ((<usize>(t - initial)) << 3));
    case SCHEDULE_CONSTANT: // [initial]
      return initial;
    case SCHEDULE_EXPONENTIAL: // [initial, decay]
      return initial * expScalar(-at(node, 2) * t);
    case SCHEDULE_EXPONENTIAL_RATE: // [initial, rate, steps, staircase]
      return initial * powScalar(at(node, 2), periods(node, 3, t));
    case SCHEDULE_SQUARE: {
      // [initial, decay]
      const d = 1 + at(node, 2) * t;
      return initial / (d * d);
    }
    case SCHEDULE_INVERSE_TIME: // [initial, decay, steps, staircase]
      return initial / (1 + at(node, 2) * periods(node, 3, t));
    case SCHEDULE_INVERSE_SQRT: // [initial, decay]
      return initial / sqrt(1 + at(node, 2) * t);
    case SCHEDULE_PER_EPOCH: // [steps of an epoch, node]
      return evaluate(<usize>at(node, 2), floor(t / initial));
  }
  return unreachable();
}

/**
 * rate(progress, node, settings, memory or 0, first): the rate of this step into the settings of a group of parameters,
 * whose memory counts the step; the first group's is what is reported.
 */
export function rate(op: usize): void {
  const progress = word(op, 2);
  const memory = word(op, 5);
  const value = evaluate(word(op, 3), load<f64>(progress, PROGRESS_STEP)) * load<f64>(progress, PROGRESS_RATE_FACTOR);
  store<f64>(word(op, 4), value);
  if (memory != 0) store<f64>(memory, load<f64>(memory) + 1);
  if (word(op, 6) != 0) {
    store<f64>(progress, value, PROGRESS_RATE);
    store<f64>(progress, value, PROGRESS_TOP_RATE);
  } else {
    store<f64>(progress, max(value, load<f64>(progress, PROGRESS_TOP_RATE)), PROGRESS_TOP_RATE);
  }
}

/** rates(node, out, from, count > 0): the rates of `count` steps. */
export function rates(op: usize): void {
  const node = word(op, 2);
  const out = word(op, 3);
  const from = <f64>word(op, 4);
  const count = word(op, 5);
  let i: usize = 0;
  do {
    store<f64>(out + (i << 3), evaluate(node, from + <f64>i));
    i++;
  } while (i < count);
}
