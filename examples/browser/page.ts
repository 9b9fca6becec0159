/** Two panels: one trains here, one in a worker. Below, how long the page has had to wait for its turn. */
import { Panel } from './panel.js';
import { train } from './spirals.js';

let controller: AbortController;

const here = new Panel(
  document.querySelector('#page')!,
  async () => {
    controller = new AbortController();
    here.end(await train(controller.signal, (progress) => here.show(progress)));
  },
  () => controller.abort(),
);

const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const there = new Panel(
  document.querySelector('#worker')!,
  () => worker.postMessage('start'),
  () => worker.postMessage('abort'),
);
worker.onmessage = ({ data }) => {
  if (data.progress) there.show(data.progress);
  else there.end(data.outcome);
};

// A timer that should come every few milliseconds, and how late it was at the worst.
const output = document.querySelector('output')!;
let last = performance.now();
let longest = 0;
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - 5);
  last = now;
  output.value = longest.toFixed(0);
}, 5);
