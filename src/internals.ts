/** What the other entry points of the package share with this one. No part of the API: it may be another with every version. */
export { makeEncoder } from './data/encoders.ts';
export { makePolynomial } from './data/polynomial.ts';
export { makeScaler } from './data/scaler.ts';
export { indexLabels } from './data/targets.ts';
export { hex, xxh32 } from './hash.ts';
export { activationOf } from './layers/activation-rows.ts';
export type { GraphNode } from './layers/graph.ts';
export { losses } from './losses.ts';
export { Network } from './models/network.ts';
export { optimizers } from './optimizers.ts';
export { fieldsOf, names, offsets, shiftOf } from './program/capture.ts';
export { logFields } from './program/kernels.ts';
export { lossRow } from './program/loss.ts';
export { writeFields } from './program/tape.ts';
export { windowOf } from './program/window.ts';
export { rate } from './schedules.ts';
export { boolean, integer, isPlain, nullable, number, oneOf, readOptions, spec, string, take } from './spec.ts';
export { anything, marked } from './stored.ts';
