/**
 * Saving and resuming: a run with a break comes to the bits of one without; a checkpoint that Node 20 has made, in
 * checkpoint.mjs, is gone on with here; files come back from the places that there are.
 */
import { indexedDbStore, load, loadCheckpoint, opfsStore, readSafetensors, resume, save } from 'downhill/store';
import { file } from './checkpoint.mjs';

/** Integers as numbers that are exact everywhere. */
function data() {
  const x = Float64Array.from({ length: 300 }, (_, i) => ((i * 37) % 64) / 32 - 1);
  const y = Float64Array.from({ length: 100 }, (_, i) => ((i * 11) % 32) / 16 - 1);
  return { x: { data: x, shape: [100, 3] }, y };
}

/** The model and the run that the checkpoint is of. */
export async function fitted(downhill, write) {
  const model = downhill.sequential(
    [downhill.dense({ units: 6, activation: 'tanh' }), downhill.batchNorm(), downhill.dropout(0.25), downhill.dense(1)],
    { loss: downhill.meanSquaredError() },
  );
  const { x, y } = data();
  await model.fit(x, y, {
    optimizer: downhill.adamW({ learningRate: downhill.warmupCosine({ peak: 0.02, warmupSteps: 5, totalSteps: 60 }) }),
    ...{ batchSize: 16, epochs: 8, seed: 9, validation: 0.2 },
    average: downhill.ema(0.9),
    earlyStopping: downhill.earlyStopping({ patience: 20, restoreBest: true }),
    checkpointEvery: { steps: 17, write },
  });
  return model;
}

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

async function probePlaces(bytes) {
  const places = [];
  if (globalThis.indexedDB) places.push(indexedDbStore('downhill-probe'));
  if (globalThis.FileSystemFileHandle?.prototype.createWritable) places.push(opfsStore());
  for (const place of places) {
    const large = new Uint8Array(3_000_000).fill(7);
    await place.write('large', large);
    await place.write('model', bytes);
    await place.write('model', bytes);
    if (!same(await place.read('large'), large) || !same(await place.read('model'), bytes)) {
      throw new Error('another file comes back');
    }
    if (String(await place.list()) !== 'large,model') throw new Error(`there are ${await place.list()}`);
    for (const name of await place.list()) await place.remove(name);
    if ((await place.read('model')) !== undefined) throw new Error('a file that was removed comes back');
  }
}

export async function probeStore(downhill, hash) {
  const checkpoints = [];
  const whole = await fitted(downhill, (checkpoint) => void checkpoints.push(save(checkpoint)));
  const parameters = (model) => hash(...Object.values(model.parameters));
  const expected = parameters(whole);
  const { x, y } = data();
  const made = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
  for (const bytes of [checkpoints[0], made]) {
    const run = resume(loadCheckpoint(bytes), x, y);
    await run;
    if (parameters(run.model) !== expected) throw new Error('a run with a break comes to other bits');
  }
  const bytes = save(whole);
  if (parameters(load(bytes)) !== expected) throw new Error('another model comes back');
  await probePlaces(bytes);
  const tensors = [...readSafetensors(bytes).tensors.values()].map((tensor) => tensor.bytes);
  return { 'saving and resuming': hash(...tensors) };
}
