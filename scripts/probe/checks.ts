/** What must hold besides equal hashes: what browsers say under a policy, that a page stays alive, the examples. */

import { serveExample } from '../browser-example.ts';
import { browsers } from '../browsers.ts';
import { checkEdge } from './edge.ts';
import { type Context, visit } from './hosts.ts';
import { checkSpeed } from './speed.ts';

/** @returns what was found. @throws where it does not hold. */
export type Check = (context: Context) => Promise<string>;

/** Milliseconds that nothing may block a page. */
const LIMIT = 16;

/** Under a policy that forbids WebAssembly the error says what to allow. */
function refused(browser: keyof typeof browsers): Check {
  return async (context) => {
    const [, text] = await visit(browser, 'forbidden/refused.html', context);
    if (text.includes('ERR_UNSUPPORTED') && text.includes("'wasm-unsafe-eval'")) return text;
    throw new Error(text);
  };
}

/**
 * While it trains a page has its turn every 16 ms, and its timers come. What counts is the time that a task took on the
 * processor: on a busy machine the time on the clock says more about others.
 */
async function responsive({ site }: Context): Promise<string> {
  const browser = await browsers.chromium();
  try {
    await browser.open(`${site.url}/responsive.html`);
    const names = (await browser.evaluate('names')) as string[];
    const found: string[] = [];
    let late = '';
    for (const name of names) {
      const run = (): Promise<unknown> => browser.evaluate(`run(${JSON.stringify(name)})`);
      const { longest, result } = await browser.traced!(run);
      const { ticks, wait } = result as { ticks: number; wait: number };
      found.push(`${name}: ${longest.toFixed(1)} ms (${wait.toFixed(1)} on the clock, ${ticks} ticks)`);
      if (ticks === 0 || longest > LIMIT) late = name;
    }
    if (late) throw new Error(found.join('; '));
    return found.join('; ');
  } finally {
    await browser.close();
  }
}

/** Both panels of the example train and tell; one is aborted. */
async function example(): Promise<string> {
  const site = await serveExample();
  const browser = await browsers.chromium();
  try {
    await browser.open(`${site.url}/strict/index.html`);
    const click = (panel: string, button: number): Promise<unknown> =>
      browser.evaluate(`document.querySelectorAll('#${panel} button')[${button}].click()`);
    const text = async (panel: string): Promise<string> =>
      String(await browser.evaluate(`document.querySelector('#${panel} p').textContent`));
    const until = async (panel: string, pattern: RegExp): Promise<string> => {
      for (const end = performance.now() + 120_000; performance.now() < end; ) {
        const found = await text(panel);
        if (pattern.test(found)) return found;
      }
      throw new Error(`${panel}: ${await text(panel)}`);
    };
    await click('worker', 0);
    await until('worker', /epoch/);
    await click('worker', 1);
    await until('worker', /ended \(aborted\)/);
    await click('page', 0);
    await click('worker', 0);
    const [here, there] = [await until('page', /ended \(epochs\)/), await until('worker', /ended \(epochs\)/)];
    const outcome = (said: string): string => said.split(';')[0]!;
    if (outcome(here) !== outcome(there)) throw new Error(`the page ${here}, the worker ${there}`);
    return outcome(here);
  } finally {
    await browser.close();
    site.close();
  }
}

export const checks: Readonly<Record<string, Check>> = {
  'Chromium, WebAssembly forbidden': refused('chromium'),
  'Firefox, WebAssembly forbidden': refused('firefox'),
  'Chromium, a page that trains': responsive,
  'Chromium, examples/browser': example,
  'workerd, examples/edge': checkEdge,
  'workerd, a request beside Node': checkSpeed,
};
