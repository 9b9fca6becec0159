/** The module with the kernels that only tests and benchmarks call. */
import { readFileSync } from 'node:fs';
import { Engine } from '#src/memory/engine.js';
import { extraKernels } from '#src/program/kernels.js';
import { numberKernels } from '#src/program/tape.js';

numberKernels(extraKernels);

const module = new WebAssembly.Module(readFileSync('build/full.wasm'));

/** An engine of its own. */
export const fullEngine = (): Engine => new Engine(module);

let shared: Engine | undefined;

export function sharedFullEngine(): Engine {
  shared ??= fullEngine();
  return shared;
}
