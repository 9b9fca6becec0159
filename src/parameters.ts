/** Parameters with gradients, by name, for gradients that users compute by themselves. */
import { ArgumentError, ShapeError } from './errors.ts';
import { type Dtype, defaultEngine, type Engine, engineField } from './memory/engine.ts';
import { elementBytes, padded, type Tensor } from './program/layout.ts';
import { isPlain, oneOf, readOptions } from './spec.ts';

type Floats = Float32Array | Float64Array;

/** A shape, or the length of a vector. */
export type Shape = number | readonly number[];

export interface ParametersOptions {
  /** Precision. Default `'f64'`. */
  readonly dtype?: Dtype;
  /** What computes: an engine of its own, or `fast` of `downhill/fast`. Default the shared strict one. */
  readonly engine?: Engine;
}

/** Gives memory back when nothing refers to its parameters any more, their arrays included. */
const registry =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<{ engine: Engine; block: number }>(({ engine, block }) => engine.arena.free(block))
    : undefined;

/** Arrays keep alive what they look at. */
const owners = new WeakMap<Floats, object>();

export class ParameterSet<N extends string = string> {
  readonly dtype: Dtype;
  /** Shapes by name. */
  readonly shapes: Readonly<Record<N, readonly number[]>>;
  /**
   * The values, row after row. Each is a view of the module's memory: when memory grows it becomes empty, so take it from
   * here where you use it and do not keep it across calls of the library.
   */
  readonly values: Readonly<Record<N, Floats>>;
  /** The gradients, laid out like the values; written by you, read by `step`. */
  readonly gradients: Readonly<Record<N, Floats>>;
  /** @internal */
  readonly engine: Engine;
  /** @internal */
  readonly tensors: readonly Tensor[];
  /** Bytes of values, and of gradients. @internal */
  readonly bytes: number;
  /** Where the values lie; gradients follow. @internal */
  readonly block: number;

  /** @internal */
  constructor(shapes: Readonly<Record<N, Shape>>, options: ParametersOptions | undefined) {
    const read = readOptions<{ dtype: Dtype; engine: Engine | null }>(
      'parameters',
      { dtype: oneOf(['f32', 'f64'], 'f64'), engine: engineField },
      options,
    );
    if (!isPlain(shapes) || Object.keys(shapes).length === 0) {
      throw new ArgumentError('parameters: expected shapes by name, { w: [3, 4], b: [4] }');
    }
    this.dtype = read.dtype;
    this.engine = read.engine ?? defaultEngine();
    const size = elementBytes(read.dtype);
    let offset = 0;
    this.tensors = Object.entries<Shape>(shapes).map(([name, given]) => {
      const shape = Object.freeze(typeof given === 'number' ? [given] : Array.from(given ?? []));
      if (shape.length === 0 || !shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
        throw new ShapeError(`parameters: the shape of ${name} must be integers ≥ 1, got ${JSON.stringify(given)}`);
      }
      const count = shape.reduce((product, n) => product * n, 1);
      const rows = shape.length > 1 ? shape[0]! : 1;
      const columns = count / rows;
      const bytes = padded(count * size, 16);
      const tensor = { name, shape, offset, rows, columns, rowBytes: columns * size, bytes, transposed: false };
      offset += bytes;
      return tensor;
    });
    this.bytes = offset;
    this.shapes = Object.freeze(
      Object.fromEntries(this.tensors.map(({ name, shape }) => [name, shape])),
    ) as typeof this.shapes;
    const all = 2 * padded(offset, 64) + 64;
    this.block = this.engine.arena.allocate(all);
    this.engine.u8.fill(0, this.block, this.block + all);
    registry?.register(this, { engine: this.engine, block: this.block });
    this.values = this.#views(this.block);
    this.gradients = this.#views(this.gradientBlock);
  }

  /** Where the gradients lie. @internal */
  get gradientBlock(): number {
    return this.block + padded(this.bytes, 64);
  }

  /** Arrays by name, made anew when memory has grown. */
  #views(base: number): Readonly<Record<N, Floats>> {
    const { engine, dtype } = this;
    const views = {} as Record<N, Floats>;
    for (const { name, offset, rows, columns } of this.tensors) {
      let view: Floats | undefined;
      Object.defineProperty(views, name, {
        enumerable: true,
        get: (): Floats => {
          if (view?.buffer !== engine.u8.buffer) {
            view = engine.floats(dtype, base + offset, rows * columns);
            owners.set(view, this);
          }
          return view!;
        },
      });
    }
    return Object.freeze(views);
  }

  /** How many numbers there are. */
  get size(): number {
    return this.tensors.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  }

  /** Sets all gradients to zero. */
  zeroGradients(): void {
    this.engine.u8.fill(0, this.gradientBlock, this.gradientBlock + this.bytes);
  }
}

/**
 * Parameters and gradients by name, all zero: `parameters({ w: [3, 4], b: [4] })`. Write gradients into `gradients.w`,
 * let an optimizer of `createOptimizer` step, read `values.w`. Memory is given back when nothing refers to them any more.
 * @param shapes shapes by name; a number is the length of a vector. A name that ends in `bias`, or is `b` or `b` with a
 * number, is a bias: penalties leave it out unless they say `intercept: true`.
 * @throws {ArgumentError} on unknown options. @throws {ShapeError} on sizes that are no integers ≥ 1.
 * @throws {OutOfMemoryError} if there is no memory for them.
 */
export function parameters<const N extends string>(
  shapes: Readonly<Record<N, Shape>>,
  options?: ParametersOptions,
): ParameterSet<N> {
  return new ParameterSet(shapes, options);
}
