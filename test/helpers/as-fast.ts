/** Preloaded into a process on a Node with relaxed SIMD: every test in it then runs on the fast module. */
import * as module from 'node:module';

interface Hooks {
  resolve(
    specifier: string,
    context: unknown,
    next: (specifier: string, context: unknown) => { readonly url: string },
  ): { readonly url: string; readonly shortCircuit?: boolean };
}

// Of Node from 22.15 on; the types are those of Node 20.
const { registerHooks } = module as unknown as { readonly registerHooks: (hooks: Hooks) => void };
const url = new URL('fast-wasm.js', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '#wasm' ? { url, shortCircuit: true } : next(specifier, context),
});
process.env.DOWNHILL_FULL = 'fast-full';
