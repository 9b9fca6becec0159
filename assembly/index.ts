/** The ABI on one page: the walker, and every kernel as `name_f32(op)` and `name_f64(op)`. */
export { run, walk } from './tape';
export * from './generated/kernels';
export { heapBase } from './heap';
