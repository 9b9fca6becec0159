/**
 * What a fresh process pays for the package: (import, then the first fit of 100 × 3) minus a bare Node process, the median
 * over fresh processes in turn; then where the time goes inside. `--rounds N` (default 21), `--local`: this Node only.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node26 } from './runtimes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href);

const data = `
const x = new Float64Array(300), y = new Float64Array(100);
for (let i = 0; i < 300; i++) x[i] = ((i * 7919) % 101) / 101;
for (let i = 0; i < 100; i++) y[i] = 1 + 2 * x[3 * i] - x[3 * i + 1] + 0.1 * x[3 * i + 2] * x[3 * i];
`;

const programs = {
  bare: '',
  fit: `import { linearRegression, matrix } from ${at('dist/index.js')};${data}
await linearRegression().fit(matrix(x, 100, 3), y);`,
  // The same path in pieces: the constructors of WebAssembly are timed where the package calls them.
  parts: `const spent = { Module: 0, Instance: 0 };
for (const name of ['Module', 'Instance']) {
  WebAssembly[name] = new Proxy(WebAssembly[name], {
    construct(target, args) {
      const start = performance.now();
      try { return Reflect.construct(target, args); } finally { spent[name] += performance.now() - start; }
    },
  });
}
const clock = [performance.now()];
const lap = () => clock.push(performance.now()) && clock.at(-1) - clock.at(-2);
const { linearRegression, matrix } = await import(${at('dist/index.js')});
const load = lap();
const { strict } = await import(${at('dist/wasm/inline.js')});
lap();
strict();
const decode = lap() - spent.Module;${data}lap();
await linearRegression().fit(matrix(x, 100, 3), y);
const fit = lap() - spent.Instance;
await linearRegression().fit(matrix(x, 100, 3), y);
console.log(JSON.stringify({ import: load, decode, compile: spent.Module, instantiate: spent.Instance, 'first fit': fit,
  'second fit': lap() }));`,
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function measure(node: string, folder: string, rounds: number): void {
  const times: Record<string, number[]> = { bare: [], fit: [] };
  const parts: Record<string, number[]> = {};
  for (let round = -1; round < rounds; round++) {
    for (const name of ['bare', 'fit']) {
      const start = performance.now();
      const { status } = spawnSync(node, [join(folder, `${name}.mjs`)], { stdio: ['ignore', 'ignore', 'inherit'] });
      const time = performance.now() - start;
      if (status !== 0) throw new Error(`${name}.mjs failed on ${node}`);
      // The first round warms the caches of the disk.
      if (round >= 0) times[name]!.push(time);
    }
    const pieces: Record<string, number> = JSON.parse(
      execFileSync(node, [join(folder, 'parts.mjs')], { encoding: 'utf8' }),
    );
    if (round < 0) continue;
    for (const [name, time] of Object.entries(pieces)) {
      parts[name] ??= [];
      parts[name].push(time);
    }
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const bare = median(times.bare!);
  const fit = median(times.fit!);
  console.log(
    `${version}: ${(fit - bare).toFixed(1)} ms over bare Node (${bare.toFixed(1)}), median of ${rounds} processes`,
  );
  console.log(
    `  ${Object.entries(parts)
      .map(([name, values]) => `${name} ${median(values).toFixed(2)}`)
      .join(', ')}`,
  );
}

const option = process.argv.indexOf('--rounds');
const rounds = option < 0 ? 21 : Number(process.argv[option + 1]);
const folder = mkdtempSync(join(tmpdir(), 'downhill-start-'));
try {
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, `${name}.mjs`), text);
  measure(process.execPath, folder, rounds);
  if (!process.argv.includes('--local')) measure(node26(), folder, rounds);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
