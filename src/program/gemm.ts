/** Products of dense layers as ops: assembly/layers/dense.ts. */
import type { Dtype } from '../memory/engine.ts';
import { activationCodes, type FusedActivation } from './activations.ts';
import { elementBytes, padded } from './layout.ts';
import type { Tape } from './tape.ts';

/** Sizes of blocks in assembly/blas/gemm.ts: depth, rows, vectors of columns; rows of three tiles, or two of the fast module. */
const KC = 264;
const MC = 132;
const NC = 128;
const ROWS = 12;

/** Bytes of scratch for one product. */
function bytes(dtype: Dtype, rows: number, columns: number, depth: number): number {
  const size = elementBytes(dtype);
  const deep = Math.min(depth, KC);
  const vectors = Math.min(Math.ceil((columns * size) / 16), NC);
  const packed = padded(Math.max(Math.ceil(vectors / 2) * 32 * deep, 64 * depth) + 128, 64);
  return packed + padded(Math.min(rows, MC), ROWS) * deep * size + 256;
}

/**
 * Bytes of scratch that the three products of a layer need.
 *
 * @param n Most rows of a block.
 * @param p Inputs.
 * @param m Outputs.
 */
export function gemmScratch(dtype: Dtype, n: number, p: number, m: number): number {
  return Math.max(bytes(dtype, n, m, p), bytes(dtype, p, m, n), bytes(dtype, n, p, m));
}

/** Rows of a matrix: those of the block of the cursor, or all of them. */
export interface Rows {
  readonly at: number;
  readonly all?: boolean;
}

/** A dense layer: where its parameters (or their gradients) lie, p × m and m, and scratch of `gemmScratch` bytes. */
export interface Dense {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: number;
  /** 0: none. */
  readonly bias: number;
  readonly scratch: number;
}

/** An activation; `numbers` is where its f64 numbers lie. */
export interface Fused {
  readonly activation: FusedActivation;
  readonly numbers?: number;
}

const flags = (input: Rows, output: Rows, positions: number, add = false): number =>
  Number(!!input.all) + 2 * Number(!!output.all) + 4 * Number(add) + 8 * positions;

const fused = ({ activation, numbers = 0 }: Fused): [number, number] => [activationCodes.indexOf(activation), numbers];

/** Y = f(X·W + b). `stride`: bytes from row to row of X. `positions`: rows of X for one of the data. */
export function emitDense(
  tape: Tape,
  dtype: Dtype,
  cursor: number,
  layer: Dense,
  x: Rows & { readonly stride: number },
  y: Rows,
  f: Fused = { activation: 'none' },
  positions = 1,
  cost = 0,
): void {
  const { inputs, outputs, weight, bias, scratch } = layer;
  const words = [
    cursor,
    flags(x, y, positions),
    x.at,
    x.stride,
    inputs,
    weight,
    bias,
    y.at,
    outputs,
    ...fused(f),
    scratch,
  ];
  tape.emit('dense', dtype, words, cost);
}

/** ∂W += Xᵀ·∂Z, ∂b += Σ ∂Z: from zero at the first block of 4,096 rows, unless `add`. `layer` holds the gradients. */
export function emitDenseWeights(
  tape: Tape,
  dtype: Dtype,
  cursor: number,
  layer: Dense,
  x: Rows & { readonly stride: number },
  z: Rows,
  add = false,
  positions = 1,
  cost = 0,
): void {
  const { inputs, outputs, weight, bias, scratch } = layer;
  const words = [cursor, flags(x, z, positions, add), x.at, x.stride, inputs, z.at, outputs, weight, bias, scratch];
  tape.emit('denseWeights', dtype, words, cost);
}

/**
 * ∂X = (∂Z·Wᵀ) ⊙ f′ for the rows of the block, f the activation of the layer before and `y` what that has put out.
 */
export function emitDenseInputs(
  tape: Tape,
  dtype: Dtype,
  cursor: number,
  layer: Omit<Dense, 'bias'>,
  z: Rows,
  x: number,
  f: Fused = { activation: 'none' },
  y: Rows = { at: 0 },
  positions = 1,
  cost = 0,
): void {
  const { inputs, outputs, weight, scratch } = layer;
  const words = [cursor, flags(y, z, positions), z.at, outputs, weight, x, inputs, ...fused(f), y.at, scratch];
  tape.emit('denseInputs', dtype, words, cost);
}
