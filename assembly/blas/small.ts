/** Products without packing, by the tiles of product.ts: few columns, few rows. Bits as in gemm.ts. */
import { lanes, shift } from '../lanes';
import { Form } from './gemm';
import { turn } from './pack';
import { panel } from './product';

/** Operands of `gemm`. Four vectors of the columns at a time. */
export function small<T>(
  form: Form,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  rows: u32,
  columns: u32,
  depth: u32,
  init: usize,
  initStride: usize,
  initStep: usize,
  c: usize,
  cStride: usize,
  scratch: usize,
): void {
  const along = form == Form.TN ? sizeof<T>() : aStride;
  const across = form == Form.TN ? aStride : sizeof<T>();
  const width = <u32>lanes<T>();
  let j: u32 = 0;
  do {
    const left = (columns - j + width - 1) / width;
    const V = <i32>min(left, 4);
    let q = b + ((<usize>j) << shift<T>());
    let stride = bStride;
    if (form == Form.NT) {
      turn<T>(<u32>V * width, b + <usize>j * bStride, bStride, min(columns - j, 4 * width), depth, scratch);
      q = scratch;
      stride = (<usize>V) << 4;
    }
    panel<T>(V, a, along, across, rows, depth, q, stride, init, initStride, c, cStride);
    init += initStep << 2;
    c += 64;
    j += 4 * width;
  } while (j < columns);
}
