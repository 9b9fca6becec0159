/**
 * Saving models and runs.
 *
 * @module
 */
export { restoreModel } from './store/restore.ts';
export { type ResumeOptions, resume } from './store/resume.ts';
