/** The module where code may be compiled at run time: Node, browsers, Deno, Bun. */
import { UnsupportedError } from '../errors.ts';
import { bytes } from './binary.ts';

function decode(hex: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromHex?: (text: string) => Uint8Array<ArrayBuffer> }).fromHex;
  if (native) return native.call(Uint8Array, hex);
  const node = (globalThis as { Buffer?: { from(text: string, encoding: 'hex'): Uint8Array<ArrayBuffer> } }).Buffer;
  if (node) return node.from(hex, 'hex');
  const out = new Uint8Array(hex.length / 2);
  const nibble = (code: number): number => (code < 58 ? code - 48 : code - 87);
  for (let i = 0; i < out.length; i++) {
    out[i] = (nibble(hex.charCodeAt(2 * i)) << 4) | nibble(hex.charCodeAt(2 * i + 1));
  }
  return out;
}

let compiled: WebAssembly.Module | undefined;

/** The strict module, compiled at the first call. */
export function strict(): WebAssembly.Module {
  if (compiled) return compiled;
  if (typeof WebAssembly !== 'object') {
    throw new UnsupportedError(
      'downhill needs WebAssembly, and this runtime has none (a lockdown mode switches it off)',
    );
  }
  try {
    compiled = new WebAssembly.Module(decode(bytes));
  } catch (error) {
    throw new UnsupportedError(
      'the WebAssembly module could not be compiled: under a content security policy allow ' +
        "script-src 'wasm-unsafe-eval'; otherwise the runtime must support WebAssembly SIMD " +
        `(${error instanceof Error ? error.message : String(error)})`,
      { cause: error },
    );
  }
  return compiled;
}
