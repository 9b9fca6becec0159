/** The module on edge-light hosts (Vercel, Next), which ask for `?module`. */
// @ts-expect-error: a .wasm?module import is a WebAssembly.Module on these hosts
import module from './strict.wasm?module';

export function strict(): WebAssembly.Module {
  return module;
}
