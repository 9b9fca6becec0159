/** The compiled module, from wherever this host has it, or the reason why there is none. */
import { UnsupportedError } from '../errors.ts';

/** The strict module. */
export { strict } from '#wasm';

/** What `hosted` gives. @throws {UnsupportedError} where WebAssembly is missing, forbidden or without SIMD. */
export function load(hosted: () => WebAssembly.Module): WebAssembly.Module {
  if (typeof WebAssembly !== 'object') {
    throw new UnsupportedError(
      'downhill needs WebAssembly, and this runtime has none (a lockdown mode switches it off)',
    );
  }
  try {
    return hosted();
  } catch (error) {
    if (error instanceof UnsupportedError) throw error;
    throw new UnsupportedError(
      'the WebAssembly module could not be compiled: under a content security policy allow ' +
        "script-src 'wasm-unsafe-eval'; otherwise the runtime must support WebAssembly SIMD " +
        `(${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
}
