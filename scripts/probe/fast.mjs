/**
 * The fast module through the public API only: a network fitted with it against one fitted in strict.
 *
 * @param downhill what `import('downhill')` gives.
 * @param module what `import('downhill/fast')` gives.
 * @returns `'good'` where it runs, and where it is refused clearly because there is no relaxed SIMD; or what is wrong.
 */
export function probeFast(downhill, { fast, fastOrStrict, fastSupported }) {
  const { Engine, mlp, softmaxCrossEntropy } = downhill;
  const x = Array.from({ length: 640 }, (_, i) => [((i * 7) % 11) / 11, ((i * 5) % 13) / 13, ((i * 3) % 17) / 17]);
  const y = x.map(([a, b, c]) => (a + b > 1.2 ? 2 : b > c ? 1 : 0));
  const fit = (engine) => {
    const model = mlp({ inputs: 3, hidden: [20, 9], outputs: 3, loss: softmaxCrossEntropy(), engine });
    model.fitSync(x, y, { batchSize: 32, epochs: 1 });
    return { loss: model.evaluate(x, y).loss, values: Object.values(model.parameters).flatMap((array) => [...array]) };
  };
  const same = (a, b) => a.values.every((value, i) => value === b.values[i]);
  if (!(fast instanceof Engine && fastOrStrict instanceof Engine)) return 'another class Engine';
  const strict = fit(new Engine());
  const either = fit(fastOrStrict);
  let ours;
  try {
    ours = fit(fast);
  } catch (error) {
    if (fastSupported) return `threw ${error.stack}`;
    if (error.code !== 'ERR_UNSUPPORTED' || !/relaxed SIMD/.test(error.message)) return `threw ${error.stack}`;
    return same(either, strict) ? 'good' : 'fastOrStrict is not strict';
  }
  if (!fastSupported) return 'runs though it is not supported';
  if (!same(ours, either) || !same(ours, fit(fast))) return 'other bits at the second fit';
  return Math.abs(ours.loss - strict.loss) <= 1e-4 * strict.loss
    ? 'good'
    : `loss ${ours.loss}, in strict ${strict.loss}`;
}
