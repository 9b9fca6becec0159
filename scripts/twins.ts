/**
 * Half of the kernels are f32, and but for the numbers of their SIMD instructions the bytes of their twins in f64. Where
 * these numbers are changed for each other, LZMA finds the twins. The change is its own inverse, whatever the bytes are;
 * assembly/unpack.ts makes it once more.
 */
import { functionBodies } from './wasm.ts';

/** Before the number of every SIMD instruction. */
const PREFIX = 0xfd;

/** First of a group of instructions in f32, those in f64 behind them, and how many of each. */
const GROUPS: readonly (readonly [number, number])[] = [
  // load32_splat, splat, extract and replace, comparisons, load32_zero, arithmetic.
  ...([
    [0x09, 1],
    [0x13, 1],
    [0x1f, 2],
    [0x41, 6],
    [0x5c, 1],
    [0xe0, 12],
  ] as const),
];

const changed = (number: number): number => {
  for (const [first, count] of GROUPS) {
    const i = number - first;
    if (i >= 0 && i < 2 * count) return i < count ? number + count : number - count;
  }
  return number;
};

/** A copy in which f32 instructions between `from` and `to` are f64 and those of f64 are f32. */
export function change(bytes: Uint8Array, from = 0, to: number = bytes.length): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (let i = from; i < to - 1; i++) if (copy[i] === PREFIX) copy[++i] = changed(copy[i]!);
  return copy;
}

/** Whether more of its SIMD instructions are f32 than f64. */
export function isSingle(body: Uint8Array): boolean {
  let more = 0;
  const other = change(body);
  for (let i = 0; i < body.length; i++) more += Math.sign(other[i]! - body[i]!);
  return more > 0;
}

/** Where the f32 kernels at the end of a module lie. */
export function singles(wasm: Uint8Array): [number, number] {
  const bodies = functionBodies(wasm);
  const end = bodies.at(-1)!;
  const to = end.byteOffset - wasm.byteOffset + end.length;
  const last = bodies.map(isSingle).lastIndexOf(false);
  const first = bodies[last + 1];
  return [first ? first.byteOffset - wasm.byteOffset : to, to];
}
