/** The fast module where code may be compiled at run time: Node, browsers, Deno, Bun. */

import { decode } from './decode.ts';
import { common, text } from './fast-binary.ts';

let compiled: WebAssembly.Module | undefined;

/** The fast module, compiled at the first call. */
export function fast(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(text, common));
  return compiled;
}
