/** Windows that move over sequences and images: options, sizes, and the structure that kernels read. */
import { ShapeError } from '../errors.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { type Field, integer, oneOf, take } from '../spec.ts';
import type { LayerPlaces, Shape } from './layer.ts';
import { type Tape, window as windowFields, writeFields } from './tape.ts';

export type Pair = readonly [number, number];
export type PaddingName = 'valid' | 'same';

/** A number for both axes, or one for each: [height, width]. Stored as a pair. */
export const pair = (range: string, fallback?: number): Field<Pair> => {
  const one = integer(range);
  return {
    fallback: fallback === undefined ? undefined : [fallback, fallback],
    expected: () => `${one.expected()} or [height, width]`,
    read(value, at) {
      if (!Array.isArray(value)) value = [value, value];
      const list = value as unknown[];
      return list.length === 2 ? Object.freeze([take(one, list[0], at), take(one, list[1], at)] as const) : undefined;
    },
  };
};

const names = oneOf(['valid', 'same']);

/** `'valid'`, `'same'`, or zeros on either side. */
export const paddingField = <T extends number | Pair>(amount: Field<T>): Field<PaddingName | T> => ({
  fallback: 'valid',
  expected: () => `${names.expected()} or ${amount.expected()}`,
  read: (value, at) => (typeof value === 'string' ? names.read(value, at) : amount.read(value, at)),
});

/** What a window needs, of sequences (numbers) and of images (pairs). */
export interface WindowOptions {
  readonly kernelSize: number | Pair;
  readonly strides: number | Pair;
  readonly padding: PaddingName | number | Pair;
  readonly dilation: number | Pair;
}

export interface Window {
  /** Height and width of what comes in; a sequence has height 1. */
  readonly input: Pair;
  readonly channels: number;
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Padding above and to the left. */
  readonly before: Pair;
  readonly output: Pair;
}

/** Padding before, padding after, and how many windows there are. */
function along(n: number, k: number, stride: number, dilation: number, padding: PaddingName | number) {
  const reach = dilation * (k - 1) + 1;
  if (padding === 'same') {
    const count = Math.ceil(n / stride);
    return [Math.floor(Math.max((count - 1) * stride + reach - n, 0) / 2), count];
  }
  const before = padding === 'valid' ? 0 : padding;
  return [before, Math.floor((n + 2 * before - reach) / stride) + 1];
}

/** `3`, `[3, 2]`. */
export const sizeText = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));

/**
 * Where the windows of a layer lie.
 * @throws {ShapeError} on another number of axes than `axes` and channels, and where the kernel is larger than what comes in.
 */
export function windowOf(options: WindowOptions, shape: Shape, axes: 1 | 2, name: string): Window {
  if (shape.length !== axes + 1) {
    const expected = axes === 1 ? '[length, channels]' : '[height, width, channels]';
    throw new ShapeError(`${name}: expected ${expected}, got ${sizeText(shape)}`);
  }
  // A sequence is an image of height 1.
  const both = <T>(value: T | readonly [T, T], high: T): readonly [T, T] =>
    Array.isArray(value) ? (value as unknown as readonly [T, T]) : [axes === 1 ? high : (value as T), value as T];
  const [height, width] = axes === 1 ? [1, shape[0]!] : [shape[0]!, shape[1]!];
  const kernel = both(options.kernelSize, 1);
  const strides = both(options.strides, 1);
  const dilation = both(options.dilation, 1);
  const padding = both<PaddingName | number>(options.padding, 'valid');
  const [top, high] = along(height, kernel[0], strides[0], dilation[0], padding[0]);
  const [left, wide] = along(width, kernel[1], strides[1], dilation[1], padding[1]);
  if (high! < 1 || wide! < 1) {
    const { kernelSize, dilation, padding } = options;
    const kernel = `${sizeText(kernelSize)} (dilation ${sizeText(dilation)}, padding ${sizeText(padding)})`;
    throw new ShapeError(`${name}: a kernel of ${kernel} is larger than its input ${sizeText(shape)}`);
  }
  return {
    ...{ input: [height, width], channels: shape.at(-1)!, kernel, strides, dilation },
    ...{ before: [top!, left!], output: [high!, wide!] },
  };
}

/** What comes out: as many axes as came in. */
export const windowShape = ({ output }: Window, axes: 1 | 2, channels: number): Shape =>
  axes === 1 ? [output[1], channels] : [...output, channels];

/** What else the structure holds. */
export type WindowNumbers = Readonly<Partial<Record<Exclude<keyof typeof windowFields, 'bytes' | 'numbers'>, number>>>;

export function writeWindow(engine: Engine, at: number, window: Window, numbers: WindowNumbers): void {
  const { input, output, kernel, strides, before, dilation } = window;
  const pairs = (first: string, second: string, [a, b]: Pair) => ({ [first]: a, [second]: b });
  writeFields(engine, at, windowFields, {
    ...pairs('height', 'width', input),
    ...pairs('outputHeight', 'outputWidth', output),
    ...pairs('kernelHeight', 'kernelWidth', kernel),
    ...pairs('strideY', 'strideX', strides),
    ...pairs('top', 'left', before),
    ...pairs('dilationY', 'dilationX', dilation),
    ...numbers,
  });
}

export const windowBytes: number = windowFields.bytes;

/** An op for every slice of the rows of a block; an operand is a pointer and the bytes of a row there, 0 of what stays. */
export function emitSlices(
  tape: Tape,
  kernel: string,
  dtype: Dtype,
  { rows, slice, places: { cursor, constants } }: { rows: number; slice: number; places: LayerPlaces },
  operands: readonly (readonly [number, number])[],
): void {
  for (let skip = 0; skip < rows; skip += slice) {
    const words = operands.map(([at, rowBytes]) => at + skip * rowBytes);
    tape.emit(kernel, dtype, [cursor, skip, slice, constants, ...words]);
  }
}
