/** Other libraries, where they have been installed: see bench/others/index.js. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Others {
  /** Trains a network; inputs × outputs, then biases, of every layer in and out. */
  tensorFlow(
    sizes: readonly number[],
    x: Float32Array,
    y: readonly number[],
    orders: readonly Uint32Array[],
    rows: number,
    batch: number,
    start: readonly number[],
  ): number[];
  /** What a 2-3-1 network makes of the rows 00, 01, 10, 11 behind so many rounds over them. */
  brainXor(iterations: number): number[];
}

export async function others(): Promise<Others | undefined> {
  if (!existsSync('bench/others/node_modules')) return undefined;
  return import(pathToFileURL(resolve('bench/others/index.js')).href) as Promise<Others>;
}
