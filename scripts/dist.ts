/**
 * Lays out the package: everything in one script, because a process pays about a millisecond for each file; the same
 * without the module for hosts that import it as a file; both of the fast module; and the declarations. Everything else in dist/ is removed.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, type PluginBuild } from 'esbuild';
import * as aroundRows from '../src/program/around-rows.ts';
import * as kernels from '../src/program/kernels.ts';
import * as lossRows from '../src/program/loss-rows.ts';
import * as optimizerRows from '../src/program/optimizer-rows.ts';
import * as penaltyRows from '../src/program/penalty-rows.ts';
import * as scheduleRows from '../src/program/schedule-rows.ts';

/** Code of which the map says only from which published source it comes. */
function mapped(code: string, source: string): string {
  const map = {
    version: 3,
    sources: [`${'../'.repeat(source.split('/').length + 1)}src/${source}`],
    names: [],
    mappings: 'AAAA',
  };
  return `${code}\n//# sourceMappingURL=data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
}

const tables: Readonly<Record<string, object>> = {
  kernels,
  'around-rows': aroundRows,
  'loss-rows': lossRows,
  'optimizer-rows': optimizerRows,
  'penalty-rows': penaltyRows,
  'schedule-rows': scheduleRows,
};

/** Entry points beside the main one. */
export const additions = ['store', 'node', 'onnx'];

/** What only the generator needs. */
const unused = [
  ...['extraKernels', 'lossKernels', 'penaltyKernels', 'penaltyActs', 'optimizerKernels', 'optimizerPasses'],
  ...['aroundKernels', 'perturbationRows', 'layerKernels'],
];

/** The tables of kernels without what only the generator reads: a tenth of the script. */
const lean = {
  name: 'lean',
  setup(builder: PluginBuild): void {
    builder.onLoad({ filter: /program[\\/](kernels|\w+-rows)\.js$/ }, ({ path }) => {
      const table = basename(path, '.js');
      const lines = Object.entries(tables[table]!).flatMap(([name, value]) => {
        if (unused.includes(name)) return [];
        if (typeof value === 'function') return `export ${value}`;
        const keys = /^(flow|work)/.test(name) ? ['name', 'types'] : undefined;
        const kept = JSON.stringify(value, (key, inner) =>
          ['file', 'fn', 'args'].includes(key) || (keys && /^[a-z]/.test(key) && !keys.includes(key))
            ? undefined
            : inner,
        );
        // A row a line: a script with long lines looks as if it held the bytes.
        return `export const ${name} = ${kept.replaceAll('},{', '},\n{')};`;
      });
      return { contents: mapped(lines.join('\n'), `program/${table}.ts`), loader: 'js' };
    });
    // The bytes are written by the build and not published as a source.
    builder.onLoad({ filter: /wasm[\\/](fast-)?binary\.js$/ }, ({ path }) => {
      const code = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
      const source = basename(path).replace('binary.js', 'inline.ts');
      return { contents: mapped(code, `wasm/${source}`), loader: 'js' };
    });
  },
};

/** A script that takes what belongs to the main one from there, so that nothing is there twice. */
const beside = (main: string) => ({
  name: 'beside',
  setup({ onResolve }: PluginBuild): void {
    onResolve({ filter: /^\.\/index\.js$/ }, () => ({ path: main, external: true }));
  },
});

interface Script {
  /** Its entry in build/lib. */
  readonly entry: string;
  /** Whether the module is imported as a file. */
  readonly external?: boolean;
  /** The script that it stands beside. */
  readonly main?: string;
}

/**
 * For scripts that take from the main one, by its name, what belongs to it. Its internals are one export there, of which
 * they take the members.
 */
const shared = {
  name: 'shared',
  setup(builder: PluginBuild): void {
    builder.onResolve({ filter: /^\.\.?\/index\.js$/ }, () => ({ path: 'downhill', external: true }));
    builder.onLoad({ filter: /lib[\\/]internals\.js$/ }, ({ path }) => {
      const lists = readFileSync(path, 'utf8').matchAll(/^export \{([^}]*)\} from/gm);
      const names = Array.from(lists, ([, list]) => list!.trim()).join(', ');
      const code = `import { internals } from './index.js';\nexport const { ${names} } = internals;`;
      return { contents: mapped(code, 'internals.ts'), loader: 'js' };
    });
  },
};

/** A script of its own for other things than fitting. */
async function addition(name: string): Promise<void> {
  await build({
    entryPoints: [`build/lib/${name}.js`],
    outfile: `dist/${name}.js`,
    external: ['node:*'],
    plugins: [shared],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  writeFileSync(`dist/${name}.js`, markPure(readFileSync(`dist/${name}.js`, 'utf8')));
}

async function script(outfile: string, { entry, external = false, main }: Script): Promise<void> {
  await build({
    entryPoints: [`build/lib/${entry}`],
    outfile,
    external: ['@assemblyscript/loader', ...(external ? ['#wasm', '#fast'] : [])],
    alias: external ? {} : { '#wasm': './build/lib/wasm/inline.js', '#fast': './build/lib/wasm/fast-inline.js' },
    plugins: [lean, ...(main ? [beside(main)] : [])],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  writeFileSync(outfile, markPure(readFileSync(outfile, 'utf8')));
}

/**
 * Says of every value that is made at the top of a script that nobody misses it who does not use it. Bundlers cannot see
 * that by themselves: without it the smallest import brings everything along. Lines stay where they are, for the map.
 */
export function markPure(code: string): string {
  const calls = (text: string): boolean => /\w\(|\.\.\./.test(text);
  const wrap = (_: string, name: string, value: string): string => `${name}/* @__PURE__ */ (() => (${value}))();`;
  return code
    .replace(/^(var __export = \(target, all\) => \{\n[\s\S]*?\n)\};/m, '$1  return target; };')
    .replace(
      /^var (\w+_exports) = \{\};\n__export\(\1, (\{[\s\S]*?\n\})\);/gm,
      'var $1 = /* @__PURE__ */ __export(\n{}, $2);',
    )
    .replace(/^(var \w+ = )(\w+(?:\.\w+)*\()/gm, '$1/* @__PURE__ */ $2')
    .replace(/^(var \w+ = )([{[].*[}\]]);$/gm, (all, name, value) => (calls(value) ? wrap(all, name, value) : all))
    .replace(/^(var \w+ = )(\{\n[\s\S]*?\n\}|\[\n[\s\S]*?\n\]);$/gm, wrap);
}

/**
 * Moves the text of the module to the end of the script. In the middle it would push all that comes before it out of the
 * 32 kB that gzip looks back: 1.4 kB more. Lines stay where they are, for the map.
 */
function moveText(path: string): void {
  const code = readFileSync(path, 'utf8');
  const [line] = /^var text\d* = ".{10000,}";$/m.exec(code) ?? [];
  const map = code.lastIndexOf('//# sourceMappingURL=');
  if (!line || map < 0) throw new Error(`${path}: the text of the module is not where it was`);
  const rest = `${code.slice(0, map)}${line}\n${code.slice(map)}`;
  writeFileSync(path, rest.replace(line, ''));
}

export async function dist(modules: Readonly<Record<'strict' | 'fast', Uint8Array>>): Promise<void> {
  rmSync('dist', { recursive: true, force: true });
  await script('dist/index.js', { entry: 'index.js' });
  moveText('dist/index.js');
  await script('dist/core.js', { entry: 'index.js', external: true });
  await script('dist/fast.js', { entry: 'fast.js', main: './index.js' });
  await script('dist/fast-core.js', { entry: 'fast.js', external: true, main: './core.js' });
  for (const name of additions) await addition(name);
  mkdirSync('dist/wasm');
  for (const host of ['workerd', 'edge', 'fast-workerd', 'fast-edge']) {
    cpSync(`build/lib/wasm/${host}.js`, `dist/wasm/${host}.js`);
  }
  for (const [name, module] of Object.entries(modules)) writeFileSync(`dist/wasm/${name}.wasm`, module);
  for (const name of readdirSync('build/lib', { recursive: true, encoding: 'utf8' })) {
    if (!/\.d\.ts(\.map)?$/.test(name) || /^wasm\b/.test(name)) continue;
    const target = join('dist', name);
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(join('build/lib', name), 'utf8');
    // Maps lie one folder deeper in build/lib than in dist.
    writeFileSync(target, name.endsWith('.map') ? text.replace('"../', '"') : text);
  }
}
