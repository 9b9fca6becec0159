/** Runs one kernel by itself: a tape of one op, its blocks in the arena, the export called as the walker calls it. */
import type { Dtype, Engine } from '#src/memory/engine.js';
import { call } from '#src/program/tape.js';
import { sharedFullEngine } from './full.ts';

/** An array lies in a block of its own while the kernel runs. */
export type Block = Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array;

const LINE = 64;
const GUARD = 0xa5;

/** The bytes of an array: to compare bit by bit, NaN and the sign of zero included. */
export const bytesOf = (block: Block): Uint8Array => new Uint8Array(block.buffer, block.byteOffset, block.byteLength);

/**
 * Calls `kernel` with `operands` from word 2 on. A number is passed as it is. An array is copied into memory, passed as
 * a pointer, and holds what the kernel left there afterwards; the same array twice is the same block.
 *
 * Blocks are padded to 64 bytes with 0xff (NaN as a float), and a guarded line follows each: throws when it was written.
 */
export function runKernel(
  kernel: string,
  dtype: Dtype | undefined,
  operands: readonly (number | Block)[],
  engine: Engine = sharedFullEngine(),
): void {
  engine.arena.scope(() => {
    const blocks = new Map<Block, number>();
    for (const operand of operands) {
      if (typeof operand === 'number' || blocks.has(operand)) continue;
      const padded = Math.ceil(operand.byteLength / LINE) * LINE;
      const pointer = engine.arena.allocate(padded + LINE);
      engine.u8.set(bytesOf(operand), pointer);
      engine.u8.fill(0xff, pointer + operand.byteLength, pointer + padded);
      engine.u8.fill(GUARD, pointer + padded, pointer + padded + LINE);
      blocks.set(operand, pointer);
    }
    const words = operands.map((operand) => (typeof operand === 'number' ? operand : blocks.get(operand)!));
    call(engine, kernel, dtype ?? '', words);
    for (const [block, pointer] of blocks) {
      bytesOf(block).set(engine.u8.subarray(pointer, pointer + block.byteLength));
      const end = pointer + Math.ceil(block.byteLength / LINE) * LINE;
      if (engine.u8.subarray(end, end + LINE).some((byte) => byte !== GUARD)) {
        throw new Error(`${kernel}: written past the padding of an operand of ${block.length} elements`);
      }
    }
  });
}

/** Zeros of `dtype`. */
export function zeros(dtype: Dtype, length: number): Float32Array | Float64Array {
  return dtype === 'f32' ? new Float32Array(length) : new Float64Array(length);
}

/** `values` rounded to `dtype`. */
export function floats(dtype: Dtype, values: ArrayLike<number>): Float32Array | Float64Array {
  return dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values);
}
