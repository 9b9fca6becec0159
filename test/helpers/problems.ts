/** Made-up data sets, and what the fits on them leave behind. */
import { source } from './points.js';

/** Features, linear targets with noise and labels from them; the same for the same seed. */
export function problem(rows: number, columns: number, seed = 1) {
  const next = source(seed);
  // Sums of uniforms are near enough to normal, and free of Math.log.
  const normal = (): number => next() + next() + next() + next() + next() + next() - 3;
  const coefficients = Array.from({ length: columns }, () => 2 * normal());
  const x = Array.from({ length: rows }, () => Array.from({ length: columns }, normal));
  const z = x.map((row) => row.reduce((sum, value, j) => sum + value * coefficients[j]!, 0.5));
  const y = z.map((value) => value + normal() / 4);
  const binary = z.map((value) => Number(value + normal() > 0));
  const ternary = z.map((value) => (value < -1 ? 'low' : value < 1 ? 'middle' : 'high'));
  return { x, y, binary, ternary };
}

interface Trained {
  readonly parameters: { readonly weight: Float32Array | Float64Array; readonly bias: Float32Array | Float64Array };
}

/** The bits of all parameters, as hexadecimal digits. */
export function bits({ parameters }: Trained): string {
  const bytes = [parameters.weight, parameters.bias].map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex'),
  );
  return bytes.join(' ');
}

/** All parameters as one list of numbers. */
export const values = ({ parameters }: Trained): number[] => [...parameters.weight, ...parameters.bias];
