/**
 * Puts the bytes of the module where each host finds them: text in a script for most, a .wasm file for the edge. Of the
 * exports only those that the package calls are kept; the names of the kernels weigh more than many a kernel. Functions are
 * put in the order of scripts/order.ts.
 *
 * The text is LZMA, six bits a character, behind the change of scripts/twins.ts: ASCII, because bundlers escape everything else. `src/wasm/inline.ts` undoes
 * it, by a second, small module in base64 alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import lzma from 'lzma';
import { orderFunctions, orderTwins } from './order.ts';
import { change, singles } from './twins.ts';
import { keepExports } from './wasm.ts';

/** What `Engine` calls. */
export const SHIPPED = ['run', 'walk', 'heapBase'];

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 64 in a row, but for the backslash. */
const CHARACTERS = Array.from({ length: 65 }, (_, i) => String.fromCharCode(61 + i)).filter((c) => c !== '\\');

/** Header: properties, size of the dictionary, size of the whole; then the first byte of the coder, always 0. */
const SKIPPED = 14;

/** The bytes as text, with twins between `from` and `to`. */
export function encode(bytes: Uint8Array, from: number, to: number): string {
  const coded = lzma.compress(change(bytes, from, to), 9).slice(SKIPPED);
  while (coded.length % 3 > 0) coded.push(0);
  return Buffer.from(coded.map((byte) => byte & 255))
    .toString('base64')
    .replace(/./g, (character) => CHARACTERS[BASE64.indexOf(character)]!);
}

function writeChanged(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (Buffer.from(content).equals(readFileSync(path))) return;
  } catch {}
  writeFileSync(path, content);
}

/** Writes the sources that hold the module. Returns the module as it is shipped as a file. */
export function embed(wasm: string, unpacker: string): Uint8Array {
  const kept = keepExports(readFileSync(wasm), SHIPPED);
  const bytes = orderTwins(kept);
  const [from, to] = singles(bytes);
  writeChanged(
    'src/wasm/binary.ts',
    `// Written by scripts/embed.ts from ${wasm}.
export const size: number = ${bytes.length};
export const from: number = ${from};
export const to: number = ${to};
export const unpacker: string =
  ${JSON.stringify(readFileSync(unpacker, 'base64'))};
export const text: string =
  ${JSON.stringify(encode(bytes, from, to))};
`,
  );
  return orderFunctions(kept);
}
