/**
 * The baseline: plain loops over typed arrays, as a good engineer writes them without WebAssembly. Rows are contiguous,
 * nothing is allocated in a loop, sums run in locals, and what is used together is computed in one pass. f32 data lose
 * nothing by a Float64Array for the gradient: numbers are f64 in a register anyway, and V8 is spared the conversions.
 */
export type Floats = Float32Array | Float64Array;

/**
 * The loops for one precision. A function that has seen both kinds of array runs at half its speed in V8 14, so each
 * precision gets instances of its own: the query makes the engine load a module once more. Files here therefore import
 * no loops from each other.
 */
export async function plain(dtype: 'f32' | 'f64') {
  const load = (file: string): Promise<unknown> => import(new URL(`./${file}.js?${dtype}`, import.meta.url).href);
  return {
    ...((await load('convolution')) as typeof import('./convolution.ts')),
    ...((await load('gemm')) as typeof import('./gemm.ts')),
    ...((await load('linear')) as typeof import('./linear.ts')),
    ...((await load('losses')) as typeof import('./losses.ts')),
    ...((await load('more-losses')) as typeof import('./more-losses.ts')),
    ...((await load('vector-losses')) as typeof import('./vector-losses.ts')),
    ...((await load('math')) as typeof import('./math.ts')),
    ...((await load('outputs')) as typeof import('./outputs.ts')),
    ...((await load('adam')) as typeof import('./adam.ts')),
    ...((await load('matrix-optimizers')) as typeof import('./matrix-optimizers.ts')),
    ...((await load('network')) as typeof import('./network.ts')),
    ...((await load('optimizers')) as typeof import('./optimizers.ts')),
    ...((await load('sgd-line')) as typeof import('./sgd-line.ts')),
    ...((await load('xor')) as typeof import('./xor.ts')),
  };
}
