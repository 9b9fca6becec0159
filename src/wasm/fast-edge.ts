/** The fast module on edge-light hosts (Vercel, Next), which ask for `?module`. */
// @ts-expect-error: a .wasm?module import is a WebAssembly.Module on these hosts
import imported from './fast.wasm?module';

export function fast(): WebAssembly.Module {
  const module: WebAssembly.Module = imported;
  // Next compiles it in another realm than that of the route, and the loader takes only what is of its own.
  return module instanceof WebAssembly.Module ? module : Object.setPrototypeOf(module, WebAssembly.Module.prototype);
}
