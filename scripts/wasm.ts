/** Reads and rewrites the sections of a WebAssembly module, as far as packaging needs it. */

const EXPORTS = 7;
const CODE = 10;
const DATA = 11;

interface Section {
  readonly id: number;
  /** The whole section, its head included. */
  readonly whole: Uint8Array;
  readonly body: Uint8Array;
}

class Reader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }

  take(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);

function sections(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm);
  reader.take(8);
  const list: Section[] = [];
  while (!reader.done) {
    const start = reader.at;
    const id = reader.number();
    const body = reader.take(reader.number());
    list.push({ id, whole: wasm.subarray(start, reader.at), body });
  }
  return list;
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
  readonly bytes: Uint8Array;
}

function exportsOf(body: Uint8Array): Export[] {
  const reader = new Reader(body);
  return Array.from({ length: reader.number() }, () => {
    const start = reader.at;
    const name = new TextDecoder().decode(reader.take(reader.number()));
    const [kind] = reader.take(1);
    const index = reader.number();
    return { name, kind: kind!, index, bytes: body.subarray(start, reader.at) };
  });
}

/** The module with these exports only; nothing else changes. @throws if one is missing. */
export function keepExports(wasm: Uint8Array, names: readonly string[]): Buffer<ArrayBuffer> {
  const parts: Uint8Array[] = [wasm.subarray(0, 8)];
  for (const { id, whole, body } of sections(wasm)) {
    if (id !== EXPORTS) {
      parts.push(whole);
      continue;
    }
    const kept = exportsOf(body).filter(({ name }) => names.includes(name));
    if (kept.length !== names.length) throw new Error(`the module does not export all of ${names.join(', ')}`);
    const list = Buffer.concat([Buffer.from(leb(kept.length)), ...kept.map(({ bytes }) => bytes)]);
    parts.push(Buffer.concat([Buffer.from([EXPORTS, ...leb(list.length)]), list]));
  }
  return Buffer.concat(parts);
}

/** The bodies of all functions, in order. */
export function functionBodies(wasm: Uint8Array): Uint8Array[] {
  const code = sections(wasm).find(({ id }) => id === CODE);
  if (!code) return [];
  const reader = new Reader(code.body);
  return Array.from({ length: reader.number() }, () => reader.take(reader.number()));
}

/** Bytes of every function body and of the static data, largest first; functions have the names of their exports. */
export function functionSizes(wasm: Uint8Array): [string, number][] {
  const names = new Map<number, string>();
  const sizes: [string, number][] = [];
  for (const { id, body } of sections(wasm)) {
    if (id === EXPORTS) {
      for (const { name, kind, index } of exportsOf(body)) if (kind === 0) names.set(index, name);
    } else if (id === CODE) {
      // The module imports no function, so a position in this section is the index of the function.
      functionBodies(wasm).forEach((code, i) => {
        sizes.push([names.get(i) ?? `(function ${i})`, code.length]);
      });
    } else if (id === DATA) {
      sizes.push(['(static data)', body.length]);
    }
  }
  return sizes.sort((a, b) => b[1] - a[1]);
}
