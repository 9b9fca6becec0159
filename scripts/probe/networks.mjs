/** Networks of several kinds of layers, with dropped units and images that move: a hash for each type. */

/** Images of 8 × 8, a bright line in each, upright or lying. */
function lines(count, next) {
  const pixels = new Float64Array(64 * count);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 2;
    for (let p = 0; p < 64; p++) {
      const on = (labels[i] ? p % 8 : (p - (p % 8)) / 8) === 2 + (i % 5);
      pixels[64 * i + p] = (on ? 1 : 0) + next() / 8;
    }
  }
  return { pixels, labels };
}

/**
 * @param d what `import('downhill')` gives.
 * @param uniform makes a source of numbers from a seed.
 * @param hash of typed arrays.
 */
export function probeNetworks(d, uniform, hash) {
  const hashes = {};
  const { pixels, labels } = lines(301, uniform(19));
  const x = d.matrix(pixels, labels.length, 64);
  for (const dtype of ['f32', 'f64']) {
    const options = { loss: d.softmaxCrossEntropy(), dtype };
    const model = d.sequential(
      [
        d.input(8, 8, 1),
        d.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        d.batchNorm(),
        d.maxPool2d(2),
        d.flatten(),
        d.dropout(0.25),
        d.dense({ units: 6, activation: 'gelu' }),
        d.layerNorm(),
        d.dense(2),
      ],
      options,
    );
    const { history } = model.fitSync(x, labels, {
      ...{ epochs: 3, batchSize: 32, seed: 5, optimizer: d.adamW(3e-3) },
      augmentation: d.augmentImages({ height: 8, width: 8, shift: 1, rotate: 10, flip: 'both' }),
    });
    const losses = Float64Array.from(history, ({ loss }) => loss);
    hashes[`layers ${dtype}`] = hash(...Object.values(model.parameters), losses, model.predictProbability(x));
  }
  return hashes;
}
