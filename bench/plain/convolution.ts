/**
 * A convolution that moves by one and keeps the size of its image (odd kernels), as direct loops: x is rows × height ×
 * width × channels, w taps × channels × filters, filters innermost everywhere.
 */
import type { Floats } from './index.ts';

export interface PlainConvolution {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  /** Taps of a side. */
  readonly kernel: number;
}

/** y = x ∗ w + b */
export function convolve(s: PlainConvolution, x: Floats, w: Floats, b: Floats, y: Floats): void {
  const { rows, height, width, channels, filters, kernel } = s;
  const before = (kernel - 1) / 2;
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let oy = 0; oy < height; oy++) {
      const firstY = Math.max(0, before - oy);
      const lastY = Math.min(kernel, height + before - oy);
      for (let ox = 0; ox < width; ox++) {
        const firstX = Math.max(0, before - ox);
        const lastX = Math.min(kernel, width + before - ox);
        for (let f = 0; f < filters; f++) y[to + f] = b[f]!;
        for (let ky = firstY; ky < lastY; ky++) {
          for (let kx = firstX; kx < lastX; kx++) {
            const from = ((row * height + oy + ky - before) * width + ox + kx - before) * channels;
            let at = (ky * kernel + kx) * channels * filters;
            for (let c = 0; c < channels; c++) {
              const value = x[from + c]!;
              for (let f = 0; f < filters; f++) y[to + f]! += value * w[at + f]!;
              at += filters;
            }
          }
        }
        to += filters;
      }
    }
  }
}

/** ∂x, ∂w and ∂b from ∂y, in one pass. */
export function convolveBack(
  s: PlainConvolution,
  x: Floats,
  w: Floats,
  dy: Floats,
  dx: Floats,
  dw: Floats,
  db: Floats,
): void {
  const { rows, height, width, channels, filters, kernel } = s;
  const before = (kernel - 1) / 2;
  dx.fill(0);
  dw.fill(0);
  db.fill(0);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let oy = 0; oy < height; oy++) {
      const firstY = Math.max(0, before - oy);
      const lastY = Math.min(kernel, height + before - oy);
      for (let ox = 0; ox < width; ox++) {
        const firstX = Math.max(0, before - ox);
        const lastX = Math.min(kernel, width + before - ox);
        for (let f = 0; f < filters; f++) db[f]! += dy[to + f]!;
        for (let ky = firstY; ky < lastY; ky++) {
          for (let kx = firstX; kx < lastX; kx++) {
            const from = ((row * height + oy + ky - before) * width + ox + kx - before) * channels;
            let at = (ky * kernel + kx) * channels * filters;
            for (let c = 0; c < channels; c++) {
              const value = x[from + c]!;
              let sum = 0;
              for (let f = 0; f < filters; f++) {
                const slope = dy[to + f]!;
                sum += slope * w[at + f]!;
                dw[at + f]! += value * slope;
              }
              dx[from + c]! += sum;
              at += filters;
            }
          }
        }
        to += filters;
      }
    }
  }
}
