/** Every optimizer on gradients that are given, and line searches on a function: a hash for each family and type. */

/** The families of src/optimizers/, each spec with a rate. */
const families = {
  descent: (d, rate) => [
    d.gradientDescent(rate),
    d.onlineGradientDescent(rate),
    d.sgd({ learningRate: rate, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
    d.sgd({ learningRate: rate, momentum: 0.9, nesterov: true }),
  ],
  momentum: (d, rate) => [
    d.sgdW({ learningRate: rate, momentum: 0.9 }),
    d.signSgd(rate),
    d.lars({ learningRate: rate, weightDecay: 0.01 }),
    d.rprop(rate),
    d.asgd({ learningRate: rate, t0: 10 }),
  ],
  adagrad: (d, rate) => [
    d.adagrad(rate),
    d.adadelta({ learningRate: rate, weightDecay: 0.01 }),
    d.rmsprop(rate),
    d.rmsprop({ learningRate: rate, centered: true, momentum: 0.9 }),
    d.ftrl({ learningRate: 0.05, l1: 0.1, l2: 0.1 }),
    d.ftrl({ learningRate: 0.05, power: -0.7 }),
    d.adafactor(rate),
  ],
  adam: (d, rate) => [
    d.adam(rate),
    d.amsgrad(rate),
    d.adamW({ learningRate: rate, weightDecay: 0.1 }),
    d.adamax(rate),
    d.nadam(rate),
    d.radam(rate),
  ],
  'adam-like': (d, rate) => [
    d.adaBelief(rate),
    d.yogi(rate),
    d.lion(rate),
    d.adan(rate),
    d.adEMAMix({ learningRate: rate, T: 20 }),
  ],
  trust: (d, rate) => [
    d.lamb({ learningRate: rate, weightDecay: 0.01 }),
    d.muon(rate),
    d.muon({ learningRate: rate, matchRmsAdamW: true, nesterov: false, rest: d.sgd(rate) }),
  ],
  'schedule-free': (d, rate) => [
    d.scheduleFreeSgd({ learningRate: 0.05, warmupSteps: 5, r: 0.5 }),
    d.scheduleFreeAdamW({ learningRate: 0.05, weightDecay: 0.1 }),
    d.prodigy({ learningRate: rate, d0: 1e-3 }),
  ],
};

/** Values and what is evaluated after 40 steps. */
function steps(d, dtype, optimizer, next) {
  const θ = d.parameters({ w: [5, 7], v: [3, 2], b: [7] }, { dtype });
  for (const values of Object.values(θ.values)) for (let i = 0; i < values.length; i++) values[i] = next();
  const stepping = d.createOptimizer(θ, optimizer, { average: d.ema(0.9), clip: d.clipByGlobalNorm(3) });
  for (let t = 0; t < 40; t++) {
    for (const gradient of Object.values(θ.gradients)) for (let i = 0; i < gradient.length; i++) gradient[i] = next();
    stepping.step();
  }
  const found = [...Object.values(θ.values), ...Object.values(stepping.evaluated)].map((values) => values.slice());
  stepping.release();
  return found;
}

/** Rosenbrock's function, by operations that are exact everywhere. */
function valley(x, gradient) {
  const [a, b] = [1 - x[0], x[1] - x[0] * x[0]];
  gradient[0] = -2 * a - 400 * x[0] * b;
  gradient[1] = 200 * b;
  return a * a + 100 * b * b;
}

/**
 * @param downhill what `import('downhill')` gives.
 * @param uniform makes a source of numbers from a seed.
 * @param hash of typed arrays.
 * @returns a hash for each part.
 */
export function probeOptimizers(downhill, uniform, hash) {
  const hashes = {};
  const rate = downhill.warmupCosine({ peak: 0.1, warmupSteps: 5, totalSteps: 50, warmupInitial: 0.01 });
  for (const dtype of ['f32', 'f64']) {
    for (const [family, specs] of Object.entries(families)) {
      const next = uniform(11);
      hashes[`optimizers, ${family} ${dtype}`] = hash(
        ...specs(downhill, rate).flatMap((optimizer) => steps(downhill, dtype, optimizer, next)),
      );
    }
    const start = (dtype === 'f32' ? Float32Array : Float64Array).of(-1.5, 1);
    hashes[`optimizers, line-search ${dtype}`] = hash(
      ...[downhill.gradientDescentLineSearch(), downhill.barzilaiBorwein()].map(
        (optimizer) => downhill.minimize(valley, start, { optimizer, maxSteps: 60 }).parameters,
      ),
    );
  }
  return hashes;
}
