/** The same training off the page: `start` and `abort` come in, progress and the outcome go out. */
import { train } from './spirals.js';

let controller: AbortController | undefined;

self.onmessage = async ({ data }: MessageEvent<'start' | 'abort'>) => {
  if (data === 'abort') {
    controller?.abort();
    return;
  }
  controller = new AbortController();
  const outcome = await train(controller.signal, (progress) => self.postMessage({ progress }));
  self.postMessage({ outcome });
};
