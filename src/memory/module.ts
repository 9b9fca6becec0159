/** The compiled module, from wherever this host has it, or the reason why there is none. */
import { strict as hosted } from '#wasm';
import { UnsupportedError } from '../errors.ts';

/** The strict module. @throws {UnsupportedError} where WebAssembly is missing, forbidden or without SIMD. */
export function strict(): WebAssembly.Module {
  if (typeof WebAssembly !== 'object') {
    throw new UnsupportedError(
      'downhill needs WebAssembly, and this runtime has none (a lockdown mode switches it off)',
    );
  }
  try {
    return hosted();
  } catch (error) {
    throw new UnsupportedError(
      'the WebAssembly module could not be compiled: under a content security policy allow ' +
        "script-src 'wasm-unsafe-eval'; otherwise the runtime must support WebAssembly SIMD " +
        `(${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
}
