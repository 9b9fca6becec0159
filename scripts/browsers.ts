/** Browsers of this machine, driven by tools that are fetched where they are needed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Missing, requireTool } from './runtimes.ts';

export interface Browser {
  readonly version: string;
  /** Shows a page in place of the one before. */
  open(url: string): Promise<void>;
  /** What an expression is, as JSON would have it; a promise is awaited where the driver can. */
  evaluate(expression: string): Promise<unknown>;
  screenshot(path: string): Promise<void>;
  /** Milliseconds on the processor of the longest task of the page while `body` runs, and what that gives. */
  traced?(body: () => Promise<unknown>): Promise<{ longest: number; result: unknown }>;
  close(): Promise<void>;
}

/** The path of the first of these programs. @throws if there is none. */
export function which(...names: string[]): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, 1);
        return path;
      } catch {}
    }
  }
  throw new Missing(`there is no ${names.join(' and no ')} on this machine`);
}

/** Without these Chromium asks for hosts of its maker. */
const QUIET = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'].map((name) => `--disable-${name}`);

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds that the thread ran. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds of the longest task in the main thread of a page. */
function longestTask(trace: string): number {
  const { traceEvents: events } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid} ${tid}`));
  if (tasks.length === 0) throw new Error('the trace has no tasks');
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000;
}

async function chromium(): Promise<Browser> {
  const executablePath = which('chromium', 'chromium-browser', 'google-chrome');
  const browser = await requireTool('browsers', 'playwright-core').chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-first-run', ...QUIET],
  });
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  return {
    version: browser.version(),
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    screenshot: async (path) => void (await page.screenshot({ path })),
    traced: async (body) => {
      await browser.startTracing(page, { categories: ['toplevel'] });
      const result = await body();
      return { result, longest: longestTask((await browser.stopTracing()).toString()) };
    },
    close: () => browser.close(),
  };
}

async function firefox(): Promise<Browser> {
  const executablePath = which('firefox-esr', 'firefox');
  const browser = await requireTool('browsers', 'puppeteer-core').launch({
    browser: 'firefox',
    protocol: 'webDriverBiDi',
    executablePath,
    // With a proxy of the machine local pages would not be found.
    extraPrefsFirefox: { 'network.proxy.type': 0 },
  });
  const page = await browser.newPage();
  return {
    version: (await browser.version()).replace(/^.*\//, ''),
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    screenshot: async (path) => void (await page.screenshot({ path })),
    close: () => browser.close(),
  };
}

const ended = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
    else child.once('close', resolve);
  });

async function until<T>(what: string, seconds: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = performance.now() + seconds * 1000; ; await wait(50)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what}: nothing within ${seconds} s`);
  }
}

/** MiniBrowser of WebKitGTK, by its WebDriver, on a display of its own. */
async function webkit(): Promise<Browser> {
  const driver = which('WebKitWebDriver');
  const display = which('Xvfb');
  const libraries = '/usr/lib';
  const binary = readdirSync(libraries)
    .flatMap((machine) => ['4.1', '6.0', '4.0'].map((api) => join(libraries, machine, `webkit2gtk-${api}/MiniBrowser`)))
    .find(existsSync);
  if (!binary) throw new Missing('there is no MiniBrowser on this machine');
  const number = 90 + (process.pid % 900);
  const children = [
    spawn(display, [`:${number}`, '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], { stdio: 'ignore' }),
  ];
  const port = 20_000 + (process.pid % 10_000);
  const close = async (): Promise<void> => {
    for (const child of children.reverse()) {
      child.kill();
      await ended(child);
    }
  };
  try {
    await until('Xvfb', 20, () => existsSync(`/tmp/.X11-unix/X${number}`) || undefined);
    const env = { ...process.env, DISPLAY: `:${number}`, LIBGL_ALWAYS_SOFTWARE: '1', GSK_RENDERER: 'cairo' };
    children.push(spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore', env }));
    const call = async (method: string, path: string, body?: object): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      });
      const { value } = (await response.json()) as { value: { message?: string } | null };
      if (!response.ok) throw new Error(`WebDriver, ${path}: ${value?.message ?? response.status}`);
      return value;
    };
    await until('WebKitWebDriver', 20, () => call('GET', '/status').catch(() => undefined));
    const options = { binary, args: ['--automation'] };
    const session = (await call('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    })) as { sessionId: string; capabilities: { browserVersion: string } };
    const at = `/session/${session.sessionId}`;
    return {
      version: session.capabilities.browserVersion,
      open: async (url) => void (await call('POST', `${at}/url`, { url })),
      evaluate: (expression) => call('POST', `${at}/execute/sync`, { script: `return ${expression}`, args: [] }),
      screenshot: async () => {
        throw new Error('no screenshots of WebKit');
      },
      close: async () => {
        await call('DELETE', at).catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export const browsers = { chromium, firefox, webkit };
