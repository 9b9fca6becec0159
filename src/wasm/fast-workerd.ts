/** The fast module in Cloudflare Workers, where it is imported because code may not be compiled at run time. */
// @ts-expect-error: a .wasm import is a WebAssembly.Module in workerd
import module from './fast.wasm';

export function fast(): WebAssembly.Module {
  return module;
}
