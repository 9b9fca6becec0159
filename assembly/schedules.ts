/**
 * Rates as f64 in closed form, so that resuming and random access agree. A schedule is a block of f64: nodes, one after
 * the other, each its kind and then its numbers. Distances between nodes are in bytes, from the node that holds them.
 *
 * Nodes of other nodes pick one of them, or multiply: a product keeps in its own node where it is to go on.
 */
import {
  PROGRESS_RATE,
  PROGRESS_RATE_FACTOR,
  PROGRESS_STEP,
  PROGRESS_TOP_RATE,
  SCHEDULE_CONSTANT,
  SCHEDULE_COSINE,
  SCHEDULE_CYCLIC,
  SCHEDULE_EXPONENTIAL,
  SCHEDULE_EXPONENTIAL_RATE,
  SCHEDULE_INVERSE_SQRT,
  SCHEDULE_INVERSE_TIME,
  SCHEDULE_LINEAR,
  SCHEDULE_MULTI_STEP,
  SCHEDULE_PER_EPOCH,
  SCHEDULE_PLATEAU,
  SCHEDULE_POLYNOMIAL,
  SCHEDULE_PRODUCT,
  SCHEDULE_RESTARTS,
  SCHEDULE_ROOT,
  SCHEDULE_SEQUENCE,
  SCHEDULE_SQUARE,
  SCHEDULE_TABLE,
} from './generated/fields';
import { word } from './lanes';
import { cosScalar, expScalar, powScalar } from './math/scalar';

const PI: f64 = 3.141592653589793;

// @ts-ignore: decorator
@inline function at(node: usize, i: usize): f64 {
  return load<f64>(node + (i << 3));
}

/** t/T, or its floor with a staircase. */
// @ts-ignore: decorator
@inline function periods(node: usize, i: usize, t: f64): f64 {
  const periods = min(t / at(node, i), f64.MAX_VALUE);
  return at(node, i + 1) != 0 ? floor(periods) : periods;
}

/** t since the last multiple of the period. */
// @ts-ignore: decorator
@inline function wrap(t: f64, period: f64): f64 {
  return t < period ? t : t - period * floor(t / period);
}

/** From the second number of a node to the first as v falls from 1 to 0; exact at both. */
// @ts-ignore: decorator
@inline function between(node: usize, v: f64): f64 {
  return at(node, 1) * v + at(node, 2) * (1 - v);
}

/** (1 + cos πx)/2 */
function wave(x: f64): f64 {
  return 0.5 * (1 + cosScalar(PI * x));
}

/** What is left of T steps, from 1 to 0. */
// @ts-ignore: decorator
@inline function left(node: usize, t: f64): f64 {
  const steps = at(node, 3);
  return t < steps ? 1 - t / steps : 0;
}

function cosine(node: usize, t: f64): f64 {
  const steps = at(node, 3);
  if (at(node, 4) != 0) t = wrap(t, 2 * steps);
  else if (t >= steps) return at(node, 2);
  return between(node, wave(t / steps));
}

function restarts(node: usize, t: f64): f64 {
  let steps = at(node, 3);
  const multiplier = at(node, 4);
  if (multiplier == 1) t = wrap(t, steps);
  else {
    while (t >= steps) {
      t -= steps;
      steps *= multiplier;
    }
  }
  return between(node, wave(t / steps));
}

function cyclic(node: usize, t: f64): f64 {
  const up = at(node, 3);
  const down = at(node, 4);
  const place = wrap(t, up + down);
  const rise = place < up ? place / up : max((up - place + down) / down, 0);
  const counted = at(node, 6) != 0 ? t : floor(t / (up + down));
  return between(node, rise * powScalar(at(node, 5), counted));
}

function multiStep(node: usize, t: f64): f64 {
  let p = node + 24;
  let count = 0;
  while (t >= load<f64>(p)) {
    count++;
    p += 8;
  }
  return at(node, 1) * powScalar(at(node, 2), count);
}

/** Rate of a node without others below it. */
function leaf(node: usize, t: f64): f64 {
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
    case SCHEDULE_MULTI_STEP: // [initial, rate, milestones in order, ∞]
      return multiStep(node, t);
    case SCHEDULE_LINEAR: // [initial, end, steps]
      return between(node, left(node, t));
    case SCHEDULE_POLYNOMIAL: // [initial, end, steps, power]
      return between(node, powScalar(left(node, t), at(node, 4)));
    case SCHEDULE_ROOT: // [initial, end, steps]
      return between(node, 1 - sqrt(1 - left(node, t)));
    case SCHEDULE_COSINE: // [initial, end, steps, periodic]
      return cosine(node, t);
    case SCHEDULE_RESTARTS: // [initial, end, steps of the first cycle, multiplier]
      return restarts(node, t);
    case SCHEDULE_CYCLIC: // [highest, lowest, steps up, steps down, factor, per step instead of cycle]
      return cyclic(node, t);
  }
  return unreachable();
}

/** Rate at step t, 0 at the first. */
export function evaluate(start: usize, t: f64): f64 {
  // By far the most frequent: 6 ns instead of 11.
  if (load<f64>(start) == SCHEDULE_CONSTANT) return at(start, 1);
  let node = start;
  let value: f64 = 1;
  let pending: usize = 0;
  do {
    const kind = <i32>load<f64>(node);
    if (kind == SCHEDULE_PLATEAU) {
      // [factor, least rate, a node]
      node += 24;
    } else if (kind == SCHEDULE_PER_EPOCH) {
      // [steps of an epoch, a node]
      t = floor(t / at(node, 1));
      node += 16;
    } else if (kind == SCHEDULE_SEQUENCE) {
      // [(first step, distance) from the last to the first, nodes]; before the first step is step 0
      let part = node + 8;
      while (t < load<f64>(part)) part += 16;
      t -= load<f64>(part);
      node += <usize>load<f64>(part, 8);
    } else if (kind == SCHEDULE_PRODUCT) {
      // [distance of the second node, place for t and for a product to go on with, two nodes]
      store<f64>(node, t, 16);
      store<f64>(node, <f64>pending, 24);
      pending = node;
      node += 32;
    } else {
      value = min(value * leaf(node, t), f64.MAX_VALUE);
      if (pending == 0) break;
      t = load<f64>(pending, 16);
      node = pending + <usize>load<f64>(pending, 8);
      pending = <usize>load<f64>(pending, 24);
    }
  } while (true);
  if (<i32>load<f64>(start) != SCHEDULE_PLATEAU) return value;
  return max(value * at(start, 1), min(value, at(start, 2)));
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

/** rates(node, out, from, count > 0, from in units of 2³²): the rates of `count` steps. */
export function rates(op: usize): void {
  const node = word(op, 2);
  const out = word(op, 3);
  const from = <f64>word(op, 4) + 4294967296.0 * <f64>word(op, 6);
  const count = word(op, 5);
  let i: usize = 0;
  do {
    store<f64>(out + (i << 3), evaluate(node, from + <f64>i));
    i++;
  } while (i < count);
}
