/** Penalties by themselves: the module's kernels on arrays. */
import { isTyped } from './data/matrix.ts';
import { ArgumentError, DataError, ShapeError } from './errors.ts';
import { type Dtype, defaultEngine, type Engine } from './memory/engine.ts';
import { elementBytes, padded, type Tensor } from './program/layout.ts';
import { regularize } from './program/penalties.ts';
import { call, composite, progress, writeFields } from './program/tape.ts';
import { type PenaltySpec, penalties, type RegularizerSpec, regularizers } from './regularizers.ts';
import { number, take, validateSpecs } from './spec.ts';

type Floats = Float32Array | Float64Array;

/** Runs `body` with parameters in memory as one tensor, and the terms of a penalty. */
function withParameters<R>(
  parameters: unknown,
  body: (engine: Engine, dtype: Dtype, at: number, tensor: Tensor) => R,
): R {
  if (!(isTyped(parameters) || Array.isArray(parameters)) || parameters.length === 0) {
    throw new ShapeError('parameters: expected a typed array or an array of numbers, not empty');
  }
  const bad = Array.prototype.findIndex.call(parameters, (value) => typeof value !== 'number');
  if (bad >= 0) throw new DataError(`parameters: value ${bad} must be a number`);
  const values = parameters as ArrayLike<number>;
  const dtype = parameters instanceof Float32Array ? 'f32' : 'f64';
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const rowBytes = padded(values.length * elementBytes(dtype), 16);
    const at = engine.arena.allocate(rowBytes);
    engine.u8.fill(0, at, at + rowBytes);
    engine.floats(dtype, at, values.length).set(values);
    return body(engine, dtype, at, {
      name: 'parameters',
      shape: [values.length],
      offset: 0,
      rows: 1,
      columns: values.length,
      rowBytes,
    });
  });
}

/** Value of penalties, and their gradient into `gradient` if it is not 0. */
function penalize(spec: unknown, engine: Engine, dtype: Dtype, at: number, tensor: Tensor, gradient: number): number {
  const specs = validateSpecs(penalties, spec, 'penalty');
  if (specs.length === 0) throw new ArgumentError('penalty: expected a penalty or a list of penalties, got none');
  const { arena } = engine;
  const sums = arena.allocate(progress.bytes);
  const terms = arena.allocate(composite.bytes);
  engine.f64[(sums + progress.penalty) >>> 3] = 0;
  regularize(specs, [tensor]).penalties.forEach(({ l1, l2 }, i) => {
    writeFields(engine, terms, composite, { l1, l2 });
    call(engine, 'penalty', dtype, [sums, at, tensor.rowBytes, gradient, terms, Number(i === 0)]);
  });
  return engine.f64[(sums + progress.penalty) >>> 3]!;
}

/**
 * Value of a penalty (or of several): λ₁Σ|θ| + λ₂Σθ².
 * @param spec one penalty or a list.
 * @param parameters θ; computed in f32 if it is a `Float32Array`, else in f64.
 */
export function penaltyValue(spec: PenaltySpec | readonly PenaltySpec[], parameters: ArrayLike<number>): number {
  return withParameters(parameters, (engine, dtype, at, tensor) => penalize(spec, engine, dtype, at, tensor, 0));
}

/**
 * Gradient of a penalty: λ₁·sign θ + 2λ₂θ, where |θ| has its subgradient 0 at 0.
 * @param spec one penalty or a list.
 * @param parameters θ.
 */
export function penaltyGradient(spec: PenaltySpec | readonly PenaltySpec[], parameters: ArrayLike<number>): Floats {
  return withParameters(parameters, (engine, dtype, at, tensor) => {
    const gradient = engine.arena.allocate(tensor.rowBytes);
    engine.u8.fill(0, gradient, gradient + tensor.rowBytes);
    penalize(spec, engine, dtype, at, tensor, gradient);
    return engine.floats(dtype, gradient, tensor.columns).slice();
  });
}

/**
 * The proximal step argmin ½‖θ − v‖² + step·penalty(θ), which for these is soft(v, step·λ₁)/(1 + 2·step·λ₂), then the
 * bounds of constraints. Zeros are exact.
 * @param spec one penalty or constraint, or a list.
 * @param parameters v.
 * @param step ≥ 0.
 */
export function proximal(
  spec: RegularizerSpec | readonly RegularizerSpec[],
  parameters: ArrayLike<number>,
  step: number,
): Floats {
  const specs = validateSpecs(regularizers, spec, 'regularizer').map((one) =>
    'l1' in one || one.kind === 'l1' ? { ...one, method: 'proximal' as const } : one,
  );
  if (specs.length === 0) throw new ArgumentError('regularizer: expected a regularizer or a list, got none');
  const rate = take(number('[0, ∞)'), step, 'step');
  return withParameters(parameters, (engine, dtype, at, tensor) => {
    const sums = engine.arena.allocate(progress.bytes);
    const terms = engine.arena.allocate(composite.bytes);
    engine.f64[(sums + progress.rate) >>> 3] = rate;
    // By itself every penalty has its proximal step, l2 as well.
    const all = { l1: 0, l2: 0, lower: -Infinity, upper: Infinity };
    const { penalties, composites } = regularize(specs as RegularizerSpec[], [tensor]);
    for (const { l1, l2 } of penalties) {
      all.l1 += l1;
      all.l2 += l2;
    }
    for (const { lower, upper } of composites) {
      all.lower = Math.max(all.lower, lower);
      all.upper = Math.min(all.upper, upper);
    }
    writeFields(engine, terms, composite, { ...all, offset: 0, length: tensor.rowBytes });
    call(engine, 'proximal', dtype, [sums, at, terms, 1]);
    return engine.floats(dtype, at, tensor.columns).slice();
  });
}
