/** Instructions of a WebAssembly module, as far as they are needed to change one of them in its place. */

export interface Place {
  /** Name of the function, from the name section. */
  readonly name: string;
  /** Where the byte to change lies. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** What is changed, in words. */
  readonly what: string;
}

class Cursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  leb(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.leb();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}

/** Sections: id → where its content begins and ends. Custom ones by name. */
function sections(wasm: Uint8Array): Map<number | string, readonly [begin: number, end: number]> {
  const found = new Map<number | string, readonly [number, number]>();
  const cursor = new Cursor(wasm, 8);
  while (cursor.at < wasm.length) {
    const id = cursor.leb();
    const size = cursor.leb();
    const end = cursor.at + size;
    found.set(id === 0 ? cursor.text() : id, [cursor.at, end]);
    cursor.at = end;
  }
  return found;
}

function functionNames(wasm: Uint8Array, begin: number, end: number): Map<number, string> {
  const names = new Map<number, string>();
  const cursor = new Cursor(wasm, begin);
  while (cursor.at < end) {
    const kind = cursor.leb();
    const stop = cursor.leb() + cursor.at;
    if (kind === 1) for (let left = cursor.leb(); left > 0; left--) names.set(cursor.leb(), cursor.text());
    cursor.at = stop;
  }
  return names;
}

/** What an instruction becomes: signs, extrema, comparisons. */
const plain: Readonly<Record<number, readonly [to: number, what: string]>> = {
  146: [147, 'f32.add → sub'],
  147: [146, 'f32.sub → add'],
  160: [161, 'f64.add → sub'],
  161: [160, 'f64.sub → add'],
  162: [160, 'f64.mul → add'],
  163: [162, 'f64.div → mul'],
  164: [165, 'f64.min → max'],
  165: [164, 'f64.max → min'],
  99: [102, 'f64.lt → ge'],
  101: [100, 'f64.le → gt'],
};
const vector: Readonly<Record<number, readonly [to: number, what: string]>> = {
  228: [229, 'f32x4.add → sub'],
  229: [228, 'f32x4.sub → add'],
  230: [228, 'f32x4.mul → add'],
  231: [230, 'f32x4.div → mul'],
  232: [233, 'f32x4.min → max'],
  233: [232, 'f32x4.max → min'],
  240: [241, 'f64x2.add → sub'],
  241: [240, 'f64x2.sub → add'],
  242: [240, 'f64x2.mul → add'],
  243: [242, 'f64x2.div → mul'],
  244: [245, 'f64x2.min → max'],
  245: [244, 'f64x2.max → min'],
};

/** Operands behind an opcode are stepped over. */
function skipOperands(cursor: Cursor, code: number): void {
  if (code === 0x0e) for (let left = cursor.leb() + 1; left > 0; left--) cursor.leb();
  else if (code === 0x1c) for (let left = cursor.leb(); left > 0; left--) cursor.leb();
  else if (code === 0x11 || (code >= 0x28 && code <= 0x3e)) {
    cursor.leb();
    cursor.leb();
  } else if ((code >= 2 && code <= 4) || code === 0x0c || code === 0x0d || code === 0x10) cursor.leb();
  else if ((code >= 0x20 && code <= 0x26) || (code >= 0x3f && code <= 0x42)) cursor.leb();
  else if (code === 0x43) cursor.at += 4;
  else if (code === 0x44) cursor.at += 8;
  else if (code === 0xfc) {
    const sub = cursor.leb();
    for (let left = sub === 8 || sub === 10 ? 2 : sub >= 9 ? 1 : 0; left > 0; left--) cursor.leb();
  }
}

function skipVector(cursor: Cursor, code: number): void {
  if (code === 12 || code === 13) cursor.at += 16;
  else if (code >= 21 && code <= 34) cursor.at++;
  else if (code <= 11 || (code >= 84 && code <= 93)) {
    cursor.leb();
    cursor.leb();
    if (code <= 91 && code >= 84) cursor.at++;
  }
}

/** Everything that could be changed in one function. */
function* placesOf(wasm: Uint8Array, name: string, begin: number, end: number): Generator<Place> {
  const cursor = new Cursor(wasm, begin);
  for (let left = cursor.leb(); left > 0; left--) {
    cursor.leb();
    cursor.at++;
  }
  while (cursor.at < end) {
    const at = cursor.at;
    const code = wasm[cursor.at++]!;
    if (code === 0xfd) {
      const sub = cursor.leb();
      const change = vector[sub];
      // Both are two bytes, of which the second is the same.
      if (change) yield { name, at: at + 1, from: wasm[at + 1]!, to: (change[0] & 127) | 128, what: change[1] };
      skipVector(cursor, sub);
      continue;
    }
    const change = plain[code];
    if (change) yield { name, at, from: code, to: change[0], what: change[1] };
    if (code === 0x44) {
      const sign = at + 8;
      const value = new DataView(wasm.buffer, wasm.byteOffset + at + 1, 8).getFloat64(0, true);
      if (value !== 0)
        yield { name, at: sign, from: wasm[sign]!, to: wasm[sign]! ^ 0x80, what: `f64.const ${value} → ${-value}` };
    }
    skipOperands(cursor, code);
  }
}

/** All places in functions of `assembly/`, by the path of their file. */
export function places(wasm: Uint8Array): Place[] {
  const found = sections(wasm);
  const names = functionNames(wasm, ...found.get('name')!);
  const cursor = new Cursor(wasm, found.get(10)![0]);
  const list: Place[] = [];
  const count = cursor.leb();
  for (let i = 0; i < count; i++) {
    const size = cursor.leb();
    const name = names.get(i) ?? '';
    if (name.startsWith('assembly/')) list.push(...placesOf(wasm, name, cursor.at, cursor.at + size));
    cursor.at += size;
  }
  return list;
}
