/**
 * Learning-rate schedules, as specs: the rate as a closed form of the step t, 0 at the first update. A step is an
 * optimizer step; `perEpoch` makes it an epoch.
 */
export * from './schedules/composed.ts';
export * from './schedules/cycles.ts';
export * from './schedules/decays.ts';
export { findPlateau, rate, schedules, stepSchedules } from './schedules/family.ts';
export * from './schedules/options.ts';
export * from './schedules/ramps.ts';
