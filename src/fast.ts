/**
 * The fast engine: the same sources with relaxed SIMD, whose fused multiply-add rounds once instead of twice.
 *
 * @module
 */
import { fast as hosted } from '#fast';
import { Engine, UnsupportedError } from './index.ts';

/** () → v128: three constants through f32x4.relaxed_madd. */
// biome-ignore format: sections
const probe = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0,
  1, 5, 1, 96, 0, 1, 123,
  3, 2, 1, 0,
  10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
);

/** Whether this runtime has relaxed SIMD, as Node has from 22 on, Chromium, Firefox, Deno, Bun and workerd. */
export const fastSupported: boolean = typeof WebAssembly === 'object' && WebAssembly.validate(probe);

/**
 * The fast engine, for the option `engine` of models and `parameters`. The module is compiled at the first use.
 *
 * Where there is no relaxed SIMD the import works, and whoever is given this engine throws an {@link UnsupportedError}.
 * @example
 * mlp({ inputs: 784, hidden: [256, 128], outputs: 10, engine: fast });
 */
export const fast: Engine = /* @__PURE__ */ new Engine(() => {
  if (fastSupported) return hosted();
  throw new UnsupportedError(
    'the fast module needs relaxed SIMD, which this runtime does not have (Node from 22 on has it): ' +
      'leave engine out, or give it fastOrStrict',
  );
});

/** {@link fast} where there is relaxed SIMD, elsewhere a strict engine. Which one it is says {@link fastSupported}. */
export const fastOrStrict: Engine = fastSupported ? fast : /* @__PURE__ */ new Engine();
