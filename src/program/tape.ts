/** Writes ops into linear memory, by the table of kernels. */
import type { Dtype, Engine } from '../memory/engine.ts';
import { flowKernels, type KernelRow, structs, workKernels } from './kernels.ts';

/** Bytes of one op: opcode, cost, 14 operands. */
export const OP_BYTES = 64;

const codes = new Map<string, number>();
for (const row of [...flowKernels, ...workKernels] as readonly KernelRow[]) {
  for (const type of row.types?.length === 0 ? [''] : (row.types ?? ['f32', 'f64'])) {
    codes.set(type ? `${row.name}_${type}` : row.name, codes.size);
  }
}

/** Names of all opcodes in order. */
export const opcodeNames: readonly string[] = [...codes.keys()];

/** Opcodes written in this process; the suite checks that none was left out. */
export const written = new Set<number>();

export function opcode(name: string, dtype?: Dtype): number {
  const code = codes.get(dtype ? `${name}_${dtype}` : name);
  if (code === undefined) throw new RangeError(`no kernel ${name}${dtype ? ` for ${dtype}` : ''}`);
  return code;
}

export interface Op {
  readonly kernel: string;
  /** Absent for kernels of one type. */
  readonly dtype?: Dtype | undefined;
  /** Work units: about one multiply-add of one element each. */
  readonly cost?: number;
  /** Operands from word 2 on: pointers, counts, flags. */
  readonly words: readonly number[];
}

/** Writes one op at `pointer`. */
export function writeOp(engine: Engine, pointer: number, op: Op): void {
  const at = pointer >>> 2;
  const words = engine.u32;
  const code = opcode(op.kernel, op.dtype);
  written.add(code);
  words.fill(0, at, at + OP_BYTES / 4);
  words[at] = code;
  words[at + 1] = 1 + Math.min(Math.ceil(op.cost ?? 0), 2 ** 30);
  op.words.forEach((word, i) => {
    words[at + 2 + i] = word;
  });
}

type Structs = typeof structs;

/** Byte offset of every field of a structure, and its size. */
export type Fields<S extends keyof Structs> = Readonly<
  Record<Structs[S]['f64'][number] | Structs[S]['u32'][number], number>
> & { readonly bytes: number };

function layout<S extends keyof Structs>(name: S): Fields<S> {
  const { f64, u32 } = structs[name];
  const fields: Record<string, number> = {};
  f64.forEach((field, i) => {
    fields[field] = i * 8;
  });
  u32.forEach((field, i) => {
    fields[field] = f64.length * 8 + i * 4;
  });
  fields.bytes = f64.length * 8 + u32.length * 4;
  return fields as Fields<S>;
}

export const control = /* @__PURE__ */ layout('control');
export const cursor = /* @__PURE__ */ layout('cursor');
export const random = /* @__PURE__ */ layout('random');
