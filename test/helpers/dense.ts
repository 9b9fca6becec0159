/** A dense layer in a sandbox: NaN wherever nothing may be made of what is read, and the three products through their ops. */
import type { Dtype } from '#src/memory/engine.js';
import type { FusedActivation } from '#src/program/activations.js';
import { emitDense, emitDenseInputs, emitDenseWeights, type Fused, gemmScratch } from '#src/program/gemm.js';
import { Tape, walkOnce } from '#src/program/tape.js';
import { paddedLength, rowMajor, sizeOf } from './numbers.ts';
import type { Sandbox } from './sandbox.ts';

export type Floats = Float32Array | Float64Array;

export interface Shape {
  readonly dtype: Dtype;
  readonly n: number;
  readonly p: number;
  readonly m: number;
  /** Vectors between the rows of X. */
  readonly gap?: number;
}

/** Which rows: the sizes of the blocks of the batch, and the row at which it begins. */
export interface Walk {
  readonly blocks?: readonly number[];
  /** Rows of the batch before the first block. */
  readonly row?: number;
  readonly activation?: FusedActivation;
  /** Numbers of the activation. */
  readonly numbers?: readonly number[];
  readonly noBias?: boolean;
  /** Add to the gradients that are there. */
  readonly add?: boolean;
}

/** Values of a layer, without padding. */
export interface Values {
  readonly x: Floats;
  readonly w: Floats;
  readonly b: Floats;
  readonly z: Floats;
}

export function valuesOf({ dtype, n, p, m }: Shape, next: () => number): Values {
  const make = (rows: number, columns: number): Floats => rowMajor(dtype, rows, columns, columns, next);
  return { x: make(n, p), w: make(p, m), b: make(1, m), z: make(n, m) };
}

/** Rows with NaN in their padding, in rows of whole vectors, `before` rows of NaN in front. */
function spread(dtype: Dtype, values: Floats, columns: number, before = 0, gap = 0): Floats {
  const stride = paddedLength(dtype, columns) + (gap * 16) / sizeOf(dtype);
  const rows = values.length / columns;
  const at = (i: number, j: number): number => (i < before ? Number.NaN : values[(i - before) * columns + j]!);
  return rowMajor(dtype, before + rows, columns, stride, at, Number.NaN);
}

/** Rows of whole vectors without their padding, which must be zero. */
function gather(box: Sandbox, dtype: Dtype, pointer: number, rows: number, columns: number): Floats {
  const width = paddedLength(dtype, columns);
  const found = box.floats(dtype, pointer, rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = columns; j < width; j++) {
      if (!Object.is(found[i * width + j], 0)) throw new Error(`padding of row ${i}: ${found[i * width + j]}`);
    }
  }
  return rowMajor(dtype, rows, columns, columns, (i, j) => found[i * width + j]!);
}

const START = 3;

/** Where the rows of the batch lie, and its blocks one after the other. */
function place(box: Sandbox, shape: Shape, { blocks = [shape.n], row = 0 }: Walk) {
  const { dtype, n, p, m, gap = 0 } = shape;
  const scratch = box.output(new Uint8Array(gemmScratch(dtype, Math.max(...blocks), p, m)));
  let at = row;
  const cursors = blocks.map((block) => {
    const cursor = box.cursor({ start: START, row: at, block, count: row + n });
    at += block;
    return cursor;
  });
  return {
    scratch,
    cursors,
    before: START + row,
    stride: (paddedLength(dtype, p) + (gap * 16) / sizeOf(dtype)) * sizeOf(dtype),
  };
}

function fusedIn(box: Sandbox, { activation = 'none', numbers }: Walk): Fused {
  return { activation, numbers: numbers ? box.input(Float64Array.from(numbers)) : 0 };
}

function run(box: Sandbox, tape: Tape): void {
  walkOnce(box.engine, tape);
  box.check('dense');
}

/** Y: X and Y hold all rows. */
export function forward(box: Sandbox, shape: Shape, { x, w, b }: Values, walk: Walk = {}): Floats {
  const { dtype, n, p, m, gap } = shape;
  const { scratch, cursors, before, stride } = place(box, shape, walk);
  const width = paddedLength(dtype, m);
  const y = box.output(rowMajor(dtype, before + n, 0, width, () => 0, 5));
  const layer = {
    ...{ inputs: p, outputs: m, weight: box.input(spread(dtype, w, m)), scratch },
    bias: walk.noBias ? 0 : box.input(spread(dtype, b, m)),
  };
  const rows = { at: box.input(spread(dtype, x, p, before, gap)), stride, all: true };
  const f = fusedIn(box, walk);
  const tape = new Tape();
  for (const cursor of cursors) emitDense(tape, dtype, cursor, layer, rows, { at: y, all: true }, f);
  run(box, tape);
  const untouched = box.floats(dtype, y, before * width);
  if (untouched.some((value) => value !== 5)) throw new Error('rows before the block were written');
  return gather(box, dtype, y + before * width * sizeOf(dtype), n, m);
}

/** ∂W and ∂b, from what `start` holds: X and ∂Z hold all rows. */
export function weights(box: Sandbox, shape: Shape, { x, z }: Values, start: Pick<Values, 'w' | 'b'>, walk: Walk = {}) {
  const { dtype, p, m, gap } = shape;
  const { scratch, cursors, before, stride } = place(box, shape, walk);
  const weight = box.output(spread(dtype, start.w, m));
  const bias = walk.noBias ? 0 : box.output(spread(dtype, start.b, m));
  const layer = { inputs: p, outputs: m, weight, bias, scratch };
  const rows = { at: box.input(spread(dtype, x, p, before, gap)), stride, all: true };
  const slopes = { at: box.input(spread(dtype, z, m, before)), all: true };
  const tape = new Tape();
  for (const cursor of cursors) emitDenseWeights(tape, dtype, cursor, layer, rows, slopes, walk.add);
  run(box, tape);
  return { w: gather(box, dtype, weight, p, m), b: bias ? gather(box, dtype, bias, 1, m) : start.b };
}

/** ∂X, block by block; ∂Z and Y of the layer before hold all rows. */
export function inputs(box: Sandbox, shape: Shape, { z, w }: Values, walk: Walk = {}, y?: Floats): Floats {
  const { dtype, n, p, m } = shape;
  const { scratch, cursors, before } = place(box, shape, walk);
  const layer = { inputs: p, outputs: m, weight: box.input(spread(dtype, w, m)), scratch };
  const slopes = { at: box.input(spread(dtype, z, m, before)), all: true };
  const out = y ? { at: box.input(spread(dtype, y, p, before)), all: true } : { at: 0 };
  const f = fusedIn(box, walk);
  const width = paddedLength(dtype, p);
  const x = box.output(rowMajor(dtype, n, 0, width, () => 0, Number.NaN));
  const tape = new Tape();
  let at = x;
  cursors.forEach((cursor, i) => {
    emitDenseInputs(tape, dtype, cursor, layer, slopes, at, f, out);
    at += (walk.blocks ?? [n])[i]! * width * sizeOf(dtype);
  });
  run(box, tape);
  return gather(box, dtype, x, n, p);
}

/** init + Σ over the depth, in f64: `a(i, k)·b(k, j)`. */
export function naive(
  rows: number,
  columns: number,
  depth: number,
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
  init: (i: number, j: number) => number = () => 0,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = init(i, j);
      for (let k = 0; k < depth; k++) sum += a(i, k) * b(k, j);
      out[i * columns + j] = sum;
    }
  }
  return out;
}

/** The three products and ∂b by their definitions. */
export function expected({ n, p, m }: Shape, { x, w, b, z }: Values) {
  return {
    y: naive(
      n,
      m,
      p,
      (i, k) => x[i * p + k]!,
      (k, j) => w[k * m + j]!,
      (_, j) => b[j]!,
    ),
    w: naive(
      p,
      m,
      n,
      (i, k) => x[k * p + i]!,
      (k, j) => z[k * m + j]!,
    ),
    b: naive(
      1,
      m,
      n,
      () => 1,
      (k, j) => z[k * m + j]!,
    ),
    x: naive(
      n,
      p,
      m,
      (i, k) => z[i * m + k]!,
      (k, j) => w[j * m + k]!,
    ),
  };
}
