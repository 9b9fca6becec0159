/**
 * Fits and optimizers through the public API only, and one hash of the parameters for each: every runtime must print the same. No
 * Node, no browser: data come from integers, and of arithmetic only what is exact everywhere is used.
 */
import { probeFast } from './fast.mjs';
import { probeNetworks } from './networks.mjs';
import { probeOptimizers } from './optimizers.mjs';
import { probeStore } from './store.mjs';

const { imul } = Math;

/** Uniform numbers in [-1, 1), exact in f32: mulberry32 (Tommy Ettinger, public domain), the upper 23 bits. */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 9) - 2 ** 22) / 2 ** 22;
  };
}

/** FNV-1a, 32 bits, over the bytes of typed arrays; all hosts here are little-endian. */
function fnv1a(...arrays) {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) hash = imul(hash ^ bytes[i], 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Rows with noise, and targets of each task. More rows than one leaf of the tree of sums, and no multiple of anything. */
function rows(count, features) {
  const next = uniform(7);
  const x = Float64Array.from({ length: count * features }, next);
  const value = new Float64Array(count);
  const sign = new Int32Array(count);
  const third = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0.25;
    for (let j = 0; j < features; j++) sum += ((j % 3) - 0.75) * x[i * features + j];
    value[i] = sum + next() / 4;
    sign[i] = value[i] > 0 ? 1 : 0;
    third[i] = value[i] < -0.5 ? 0 : value[i] < 0.75 ? 1 : 2;
  }
  return { x, value, sign, third };
}

/**
 * @param downhill what `import('downhill')` gives.
 * @param fast what `import('downhill/fast')` gives.
 * @returns a hash for each part.
 */
export async function probe(downhill, fast) {
  const { earlyStopping, elasticNet, exponentialDecay, inverseSqrtDecay, l1, l2, matrix, perEpoch, sgd } = downhill;
  const [count, features] = [5003, 7];
  const data = rows(count, features);
  const x = matrix(data.x, count, features);
  const hashes = {
    'fast module': probeFast(downhill, fast),
    ...probeOptimizers(downhill, uniform, fnv1a),
    ...(await probeStore(downhill, fnv1a)),
    ...probeNetworks(downhill, uniform, fnv1a),
  };
  const keep = (name, model, ...more) => {
    const { weight, bias } = model.parameters;
    hashes[name] = fnv1a(weight, bias, model.coefficients, model.intercept, ...more);
  };
  for (const dtype of ['f32', 'f64']) {
    const linear = (options) => downhill.linearRegression({ dtype, ...options });
    const logistic = (options) => downhill.logisticRegression({ dtype, ...options });
    const softmax = (options) => downhill.softmaxRegression({ dtype, ...options });

    // Full batch with a line search, the defaults.
    const line = linear();
    await line.fit(x, data.value);
    keep(`linear ${dtype}`, line, line.predict(x));
    const logit = logistic();
    await logit.fit(x, data.sign, { maxSteps: 60 });
    keep(`logistic ${dtype}`, logit, logit.predictProbability(x));
    const classes = softmax();
    await classes.fit(x, data.third, { regularizer: l2(1e-3), maxSteps: 60 });
    keep(`softmax ${dtype}`, classes, classes.predictProbability(x));

    // Proximal steps: zeros are exact.
    const lasso = linear();
    await lasso.fit(x, data.value, { regularizer: l1(0.2), maxSteps: 60 });
    keep(`linear, L1 ${dtype}`, lasso);

    // Shuffled batches, momentum, rates by step and by epoch; a last batch that is smaller.
    const batches = { epochs: 3, batchSize: 64, seed: 42 };
    const momentum = softmax();
    await momentum.fit(x, data.third, {
      ...batches,
      optimizer: sgd({ learningRate: exponentialDecay({ initial: 0.1, rate: 0.9, decaySteps: 50 }), momentum: 0.9 }),
    });
    keep(`softmax, momentum ${dtype}`, momentum);
    const nesterov = logistic({ standardize: false });
    await nesterov.fit(x, data.sign, {
      ...batches,
      optimizer: sgd({ learningRate: perEpoch(inverseSqrtDecay({ initial: 0.2 })), momentum: 0.8, nesterov: true }),
      regularizer: elasticNet({ l1: 1e-3, l2: 1e-3 }),
      classWeights: 'balanced',
    });
    keep(`logistic, Nesterov ${dtype}`, nesterov);

    // A seeded split decides when to stop, and the best parameters come back.
    const stopped = logistic();
    const { history, bestEpoch } = await stopped.fit(x, data.sign, {
      optimizer: sgd({ learningRate: 4, momentum: 0.9 }),
      ...{ epochs: 40, batchSize: 32, seed: 3 },
      validation: { fraction: 0.2, stratify: true },
      earlyStopping: earlyStopping({ patience: 3, restoreBest: true }),
    });
    const losses = history.flatMap(({ loss, validation }) => [loss, validation.loss]);
    keep(`early stopping ${dtype}`, stopped, Float64Array.from([...losses, bestEpoch]));

    // A network, for classes and for one number.
    const deep = downhill.mlp({ inputs: features, hidden: [9, 5], outputs: 3, activation: 'tanh', dtype });
    await deep.fit(x, data.third, { ...batches, loss: downhill.softmaxCrossEntropy(), clip: downhill.clipByNorm(1) });
    const one = downhill.mlp({ inputs: features, hidden: 6, outputs: 1, dtype });
    await one.fit(x, data.value, { ...batches, loss: downhill.huber(), average: downhill.ema(0.9) });
    hashes[`mlp ${dtype}`] = fnv1a(
      ...Object.values(deep.parameters),
      ...Object.values(one.parameters),
      deep.predictProbability(x),
      one.predict(x),
    );

    // One step a call.
    const online = linear();
    for (let i = 0; i + 10 <= 1000; i += 10) {
      const part = matrix(data.x.slice(i * features, (i + 10) * features), 10, features);
      online.partialFit(part, data.value.slice(i, i + 10), { optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }) });
    }
    keep(`online ${dtype}`, online);
  }
  return hashes;
}
