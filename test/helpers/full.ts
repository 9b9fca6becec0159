/** The module with the kernels that only tests and benchmarks call: strict, fast in a process with as-fast.ts. */
import { readFileSync } from 'node:fs';
import { Engine } from '#src/memory/engine.js';
import { extraKernels } from '#src/program/kernels.js';
import { numberKernels } from '#src/program/tape.js';

numberKernels(extraKernels);

const load = (name: string): WebAssembly.Module => new WebAssembly.Module(readFileSync(`build/${name}.wasm`));

const module = load(process.env.DOWNHILL_FULL ?? 'full');

/** An engine of its own. */
export const fullEngine = (): Engine => new Engine(module);

/** A fast engine of its own. */
export const fastFullEngine = (): Engine => new Engine(() => load('fast-full'));

let shared: Engine | undefined;

export function sharedFullEngine(): Engine {
  shared ??= fullEngine();
  return shared;
}
