/** Loss functions, as specs. Predictions come first, targets second; the mean is over rows (and outputs). */
export * from './losses/classes.ts';
export { losses } from './losses/family.ts';
export * from './losses/options.ts';
export * from './losses/values.ts';
