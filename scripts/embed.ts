/**
 * Puts the bytes of the module where each host finds them: text in a script for most, a .wasm file for the edge. Of the
 * exports only those that the package calls are kept; the names of the kernels weigh more than many a kernel. Functions are
 * put in the order of scripts/order.ts.
 *
 * The text is ASCII (bundlers escape everything else) and keeps one byte one character where it can, so that gzip finds
 * in it what it finds in the module: the 90 commonest bytes are one character each; of the others the first 90 follow a
 * `}`, the rest a `~`, all in the order of the bytes. Never used: the double quote, the backslash, and `<`, which could
 * begin a tag.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { orderFunctions } from './order.ts';
import { keepExports } from './wasm.ts';

/** What `Engine` calls. */
export const SHIPPED = ['run', 'walk', 'heapBase'];

const CHARACTERS = Array.from({ length: 93 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (character) => !'"\\<'.includes(character),
);

/** The module as text, and which bytes are common in it: a bit each, four to a hexadecimal digit, lowest first. */
export function encode(bytes: Uint8Array): { text: string; common: string } {
  const count = new Array<number>(256).fill(0);
  for (const byte of bytes) count[byte]!++;
  const order = count.map((_, byte) => byte).sort((a, b) => count[b]! - count[a]! || a - b);
  const single = new Set(order.slice(0, CHARACTERS.length));
  const codes: string[] = [];
  let singles = 0;
  let others = 0;
  for (let byte = 0; byte < 256; byte++) {
    if (single.has(byte)) codes[byte] = CHARACTERS[singles++]!;
    else {
      codes[byte] = (others < CHARACTERS.length ? '}' : '~') + CHARACTERS[others % CHARACTERS.length]!;
      others++;
    }
  }
  const digit = (i: number): string =>
    [0, 1, 2, 3].reduce((bits, k) => bits + (single.has(4 * i + k) ? 1 << k : 0), 0).toString(16);
  return {
    text: Array.from(bytes, (byte) => codes[byte]!).join(''),
    common: Array.from({ length: 64 }, (_, i) => digit(i)).join(''),
  };
}

function writeChanged(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (Buffer.from(content).equals(readFileSync(path))) return;
  } catch {}
  writeFileSync(path, content);
}

/** Writes the source that holds the module. Returns the module as it is shipped. */
export function embed(wasm: string, source: string): Uint8Array {
  const bytes = orderFunctions(keepExports(readFileSync(wasm), SHIPPED));
  const { text, common } = encode(bytes);
  writeChanged(
    source,
    `// Written by scripts/embed.ts from ${wasm}.
export const common: string = '${common}';
export const text: string =
  ${JSON.stringify(text)};
`,
  );
  return bytes;
}
