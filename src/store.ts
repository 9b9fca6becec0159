/**
 * Saving models and runs.
 *
 * @module
 */
export { load, loadCheckpoint, save } from './store/file.ts';
export { type LinearJson, linearFromJson, linearToJson } from './store/linear-json.ts';
export {
  type DurableStorage,
  durableObjectStore,
  type FileStore,
  indexedDbStore,
  opfsStore,
} from './store/places.ts';
export { restoreModel } from './store/restore.ts';
export { type ResumeOptions, resume } from './store/resume.ts';
export {
  elementsOf,
  readSafetensors,
  type Safetensors,
  type StoredDtype,
  type StoredTensor,
  writeSafetensors,
} from './store/safetensors.ts';
export { loadWeights, type WeightsOptions, type WeightsReport } from './store/weights.ts';
