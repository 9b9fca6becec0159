/**
 * Optimizers, as specs. In the formulas θ are the parameters, g is the gradient and η the learning rate of the step;
 * a schedule is at its step 0 at the first update.
 */
export * from './optimizers/adagrad.ts';
export * from './optimizers/adam.ts';
export * from './optimizers/adam-like.ts';
export * from './optimizers/descent.ts';
export * from './optimizers/family.ts';
export * from './optimizers/line-search.ts';
export * from './optimizers/momentum.ts';
export * from './optimizers/schedule-free.ts';
export * from './optimizers/trust.ts';
