/** The fast module on edge-light hosts (Vercel, Next), which ask for `?module`. */
// @ts-expect-error: a .wasm?module import is a WebAssembly.Module on these hosts
import module from './fast.wasm?module';

export function fast(): WebAssembly.Module {
  return module;
}
