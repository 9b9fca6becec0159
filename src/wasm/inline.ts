/** The module where code may be compiled at run time: Node, browsers, Deno, Bun. */
import { common, text } from './binary.ts';
import { decode } from './decode.ts';

let compiled: WebAssembly.Module | undefined;

/** The strict module, compiled at the first call. */
export function strict(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(text, common));
  return compiled;
}
