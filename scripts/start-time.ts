/**
 * What a fresh process pays for the package: (import, then the first fit of 100 × 3) minus a bare Node process, the median
 * over fresh processes in turn; then where the time goes inside. `--rounds N` (default 21), `--local`: this Node only.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node } from './runtimes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href);

const data = `
const x = new Float64Array(300), y = new Float64Array(100);
for (let i = 0; i < 300; i++) x[i] = ((i * 7919) % 101) / 101;
for (let i = 0; i < 100; i++) y[i] = 1 + 2 * x[3 * i] - x[3 * i + 1] + 0.1 * x[3 * i + 2] * x[3 * i];
`;

// What a process has cost in all its threads, which a busy machine stretches less than the time on the clock.
const cpu = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  console.log((user + system) / 1000);
});\n`;

const programs = {
  bare: cpu,
  fit: `import { linearRegression, matrix } from ${at('dist/index.js')};${cpu}${data}
await linearRegression().fit(matrix(x, 100, 3), y);`,
  // The same path in pieces: constructors that the package calls on its way are timed.
  parts: `const spent = {};
let encoded;
const timed = (owner, name) => {
  owner[name] = new Proxy(owner[name], {
    construct(target, args) {
      const start = performance.now();
      if (name === 'Module') spent.decode = start - encoded;
      try { return Reflect.construct(target, args); } finally { spent[name] = performance.now() - start; }
    },
  });
};
timed(WebAssembly, 'Module');
timed(WebAssembly, 'Instance');
globalThis.TextEncoder = class extends TextEncoder {
  encode(text) { encoded = performance.now(); return super.encode(text); }
};
let before = performance.now();
const lap = () => -before + (before = performance.now());
const { linearRegression, matrix } = await import(${at('dist/index.js')});
const load = lap();
${data}lap();
await linearRegression().fit(matrix(x, 100, 3), y);
const { decode, Module: compile, Instance: instantiate } = spent;
const fit = lap() - decode - compile - instantiate;
await linearRegression().fit(matrix(x, 100, 3), y);
console.log(JSON.stringify({ import: load, decode, compile, instantiate, 'rest of the first fit': fit, 'second fit': lap() }));`,
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function measure(node: string, folder: string, rounds: number): void {
  const samples: Record<string, number[]> = {};
  const run = (name: string): string =>
    execFileSync(node, [join(folder, `${name}.mjs`)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  for (let round = -1; round < rounds; round++) {
    const times: Record<string, number> = {};
    for (const name of ['bare', 'fit']) {
      const start = performance.now();
      times[`${name} cpu`] = Number(run(name));
      times[name] = performance.now() - start;
    }
    Object.assign(times, JSON.parse(run('parts')));
    // The first round warms the caches of the disk.
    if (round < 0) continue;
    for (const [name, time] of Object.entries(times)) {
      samples[name] ??= [];
      samples[name].push(time);
    }
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const { bare, fit, 'bare cpu': bareCpu, 'fit cpu': fitCpu, ...parts } = samples as Record<string, number[]>;
  const over = (whole: number[], part: number[]): string => (median(whole) - median(part)).toFixed(1);
  console.log(
    `${version}: ${over(fit!, bare!)} ms over bare Node (${median(bare!).toFixed(1)}), ` +
      `${over(fitCpu!, bareCpu!)} ms of CPU in all threads; medians of ${rounds} processes`,
  );
  for (const [name, values] of Object.entries(parts))
    console.log(`  ${median(values).toFixed(2).padStart(6)}  ${name}`);
}

const option = process.argv.indexOf('--rounds');
const rounds = option < 0 ? 21 : Number(process.argv[option + 1]);
const folder = mkdtempSync(join(tmpdir(), 'downhill-start-'));
try {
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, `${name}.mjs`), text);
  measure(process.execPath, folder, rounds);
  if (!process.argv.includes('--local')) measure(node(26), folder, rounds);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
