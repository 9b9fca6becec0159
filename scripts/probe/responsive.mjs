/** Fits that a page starts when it is told to; each gives how often a timer came meanwhile, and the longest wait. */
import * as downhill from 'downhill';

/** Messages of the page to itself, one after the other: what lies between two of them has blocked it. */
function watch() {
  let last = performance.now();
  let longest = 0;
  let on = true;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (on) port2.postMessage(0);
  };
  port2.postMessage(0);
  return () => {
    on = false;
    port1.close();
    return Math.max(longest, performance.now() - last);
  };
}

const [rows, columns] = [200_000, 50];
const x = new Float64Array(rows * columns);
for (let i = 0, seed = 1; i < x.length; i++) {
  seed = (seed * 16807) % 2147483647;
  x[i] = seed / 2147483647;
}
const value = Float64Array.from(
  { length: rows },
  (_, i) => 2 * x[i * columns] - x[i * columns + 1] * x[i * columns + 2],
);
const sign = value.map((y) => (y > 0.75 ? 1 : 0));
const large = downhill.matrix(x, rows, columns);
const small = downhill.matrix(x.subarray(0, 50_000), 1000, columns);

const fits = {
  'linear regression, 200,000 × 50': () => downhill.linearRegression().fit(large, value, { maxSteps: 20 }),
  'logistic regression, 200,000 × 50': () => downhill.logisticRegression().fit(large, sign, { maxSteps: 20 }),
  'network, 200,000 × 50': () =>
    downhill
      .mlp({ inputs: columns, hidden: [64, 64], outputs: 1, loss: downhill.meanSquaredError() })
      .fit(large, value, { maxSteps: 1500 }),
  'linear regression, 1,000 × 50': () =>
    downhill.linearRegression().fit(small, value.subarray(0, 1000), { maxSteps: 3000, tolerance: 0 }),
};

globalThis.names = Object.keys(fits);
globalThis.run = async (name) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const wait = watch();
  await fits[name]();
  clearInterval(timer);
  return { ticks, wait: wait() };
};
