/** The fast module in the place of the strict one. */
export { fast as strict } from '#src/wasm/fast-inline.js';
