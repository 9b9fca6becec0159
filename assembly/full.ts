/** Everything that index.ts exports, and the kernels that only tests and benchmarks call. */
export * from './index';
export * from './generated/extras';
