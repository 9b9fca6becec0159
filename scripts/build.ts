/**
 * Builds everything: generated sources → WebAssembly → TypeScript. Steps whose inputs have not changed are skipped.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { additions, dist } from './dist.ts';
import { embed } from './embed.ts';
import { write } from './generate.ts';

const node = (...args: string[]): void => {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

function digest(paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

mkdirSync('build', { recursive: true });
mkdirSync('assembly/generated', { recursive: true });
const drifted = write('assembly/generated');
if (drifted.length > 0) console.log(`generated ${drifted.join(', ')}`);

const inputs = digest(['asconfig.json', 'package-lock.json', ...sources('assembly')]);
// What ships, strict and fast; the same with the kernels that tests and benchmarks call, fast on request only; strict
// unoptimised, with its checks.
for (const [target, entry] of [
  ['strict', 'index'],
  ['fast', 'index'],
  ['full', 'full'],
  ['debug', 'full'],
  ...(process.argv.includes('--fast-full') ? [['fast-full', 'full']] : []),
]) {
  const stamp = `build/${target}.stamp`;
  const wasm = `build/${target}.wasm`;
  if (existsSync(wasm) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) continue;
  const started = performance.now();
  node('node_modules/assemblyscript/bin/asc.js', `assembly/${entry}.ts`, '--target', target!);
  writeFileSync(stamp, inputs);
  console.log(`${wasm}: ${readFileSync(wasm).length} bytes, ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
const modules = {
  strict: embed('build/strict.wasm', 'src/wasm/binary.ts'),
  fast: embed('build/fast.wasm', 'src/wasm/fast-binary.ts'),
};

node('node_modules/typescript/bin/tsc', '-b', 'tsconfig.json', 'tsconfig.node.json', 'tsconfig.dev.json');

// What tsc made of sources that are gone.
for (const [made, from] of [
  ['build/lib', 'src'],
  ['build/test', 'test'],
  ['build/bench', 'bench'],
  ['build/examples', 'examples'],
]) {
  for (const name of readdirSync(made!, { recursive: true, encoding: 'utf8' })) {
    const source = name.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    if (source !== name && !existsSync(join(from!, source))) rmSync(join(made!, name));
  }
}

// Tests, benchmarks and examples in build/ see the package file by file: internals and public names are then the same.
writeFileSync(
  'build/package.json',
  JSON.stringify({
    name: 'downhill',
    type: 'module',
    exports: {
      '.': './lib/index.js',
      './fast': './lib/fast.js',
      ...Object.fromEntries(additions.map((name) => [`./${name}`, `./lib/${name}.js`])),
    },
    imports: { '#src/*': './lib/*', '#wasm': './lib/wasm/inline.js', '#fast': './lib/wasm/fast-inline.js' },
  }),
);
await dist(modules);
for (const [name, module] of Object.entries(modules)) {
  const sha256 = createHash('sha256').update(module).digest('hex');
  console.log(`${name}.wasm: ${module.length} bytes as shipped, sha256 ${sha256}`);
}
