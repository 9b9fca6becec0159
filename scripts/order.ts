/**
 * Puts the functions of a module into an order in which each stands behind the one it has most in common with: gzip finds
 * repeats nearby cheaper, and none beyond 32 kB; LZMA finds all, nearby cheaper. Nothing else changes.
 */
import binaryen from 'binaryen';
import { change, isSingle } from './twins.ts';
import { functionBodies } from './wasm.ts';

/** All sequences of `length` bytes, each once. */
function sequences(body: Uint8Array, length: number): Set<string> {
  const text = Buffer.from(body).toString('latin1');
  return new Set(Array.from({ length: Math.max(0, text.length - length + 1) }, (_, i) => text.slice(i, i + length)));
}

/** Positions of the functions: from the first on, always the one of whose sequences the last has the largest share. */
function chain(bodies: readonly Uint8Array[], length: number): number[] {
  const sets = bodies.map((body) => sequences(body, length));
  const left = new Set(bodies.keys());
  const order: number[] = [];
  for (let last = 0; left.size > 0; ) {
    order.push(last);
    left.delete(last);
    const before = sets[last]!;
    let most = -1;
    for (const i of left) {
      let shared = 0;
      for (const sequence of sets[i]!) if (before.has(sequence)) shared++;
      // The 20 keep tiny functions from coming first.
      const share = shared / (sets[i]!.size + 20);
      if (share <= most) continue;
      most = share;
      last = i;
    }
  }
  return order;
}

/** The order for gzip, of a file. */
export function orderFunctions(wasm: Uint8Array): Uint8Array {
  return reordered(wasm, chain(functionBodies(wasm), 6));
}

/** The order for the text: f32 kernels are compared as scripts/twins.ts makes them, and stand last. */
export function orderTwins(wasm: Uint8Array): Uint8Array {
  const bodies = functionBodies(wasm);
  const single = bodies.map(isSingle);
  const order = chain(
    bodies.map((body, i) => (single[i] ? change(body) : body)),
    4,
  );
  return reordered(
    wasm,
    order.sort((a, b) => Number(single[a]) - Number(single[b])),
  );
}

/** It must neither import functions nor have a table of them. */
function reordered(wasm: Uint8Array, order: readonly number[]): Uint8Array {
  const module = binaryen.readBinary(wasm);
  const functions = order.map((i) => binaryen.getFunctionInfo(module.getFunctionByIndex(i)));
  for (const { name } of functions) module.removeFunction(name);
  for (const { name, params, results, vars, body } of functions) module.addFunction(name, params, results, vars, body);
  const ordered = module.emitBinary();
  module.dispose();
  return ordered;
}
