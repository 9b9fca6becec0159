/** The module where code may be compiled at run time: Node, browsers, Deno, Bun. */
import { from, size, text, to, unpacker } from './binary.ts';

/** Where the module is put in the memory of assembly/unpack.ts, behind its numbers. */
const OUT = 20_480;

/** Undoes what scripts/embed.ts did. */
export function unpack(characters: string, bytes: number, from: number, to: number): Uint8Array<ArrayBuffer> {
  const coded = new TextEncoder().encode(characters);
  const memory = new WebAssembly.Memory({ initial: ((OUT + bytes + coded.length) >> 16) + 2, maximum: 65_536 });
  const all = new Uint8Array(memory.buffer);
  all.set(coded, OUT + bytes);
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(Uint8Array.from(atob(unpacker), (c) => c.charCodeAt(0))),
    { env: { memory } },
  );
  (exports.unpack as (...numbers: number[]) => void)(
    OUT + bytes,
    OUT + bytes + coded.length,
    OUT,
    bytes,
    OUT + from,
    OUT + to,
  );
  return all.subarray(OUT, OUT + bytes);
}

let compiled: WebAssembly.Module | undefined;

/** The strict module, compiled at the first call. */
export function strict(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(unpack(text, size, from, to));
  return compiled;
}
