/**
 * What the package weighs in a browser: esbuild, minified, gzipped, of `export * from 'downhill'`. Prints the total, its
 * parts, every source file and, with `--functions`, every function of the module.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build, type Plugin } from 'esbuild';
import { functionSizes } from './wasm.ts';

/** Bytes the whole package should weigh, minified and gzipped: not reached, see docs/size.md. */
export const GOAL = 60_000;

/** Bytes it may weigh: what has been reached, so that it does not grow unnoticed. */
export const BUDGET = 122_000;

const gzip = (data: string | Uint8Array): number => gzipSync(data, { level: 9 }).length;

/** Where the package is: the parent of build/. */
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Size {
  /** Everything. */
  readonly gzip: number;
  readonly minified: number;
  /** Everything but the inlined module. */
  readonly scriptGzip: number;
  readonly scriptMinified: number;
  /** The module as it is on disk, and gzipped by itself. */
  readonly wasm: number;
  readonly wasmGzip: number;
}

async function bundle(code: string, empty = false): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    absWorkingDir: root,
    write: false,
    metafile: true,
    // The paths of tsconfig.json lead to the sources.
    tsconfigRaw: {},
    logLevel: 'error',
    plugins: empty ? [withoutModule] : [],
  });
}

const withoutModule: Plugin = {
  name: 'without-module',
  setup({ onLoad }) {
    onLoad({ filter: /dist[\\/]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^(var text\d* = )".{10000,}";$/m, '$1"";'),
    }));
  },
};

/** Sizes of what `code` (an ES module that imports from `downhill`) bundles to. */
export async function measure(code = "export * from 'downhill'"): Promise<Size> {
  const [whole, script] = await Promise.all([bundle(code), bundle(code, true)]);
  const [text, scriptText] = [whole, script].map(({ outputFiles }) => outputFiles[0]!.text) as [string, string];
  const wasm = readFileSync(`${root}/dist/wasm/strict.wasm`);
  return {
    gzip: gzip(text),
    minified: text.length,
    scriptGzip: gzip(scriptText),
    scriptMinified: scriptText.length,
    wasm: wasm.length,
    wasmGzip: gzip(wasm),
  };
}

/** Minified bytes of each source file in the bundle, largest first. */
export async function fileSizes(): Promise<[string, number][]> {
  const { metafile } = await bundle("export * from './build/lib/index.js'");
  return Object.entries(Object.values(metafile.outputs)[0]!.inputs)
    .map(([name, { bytesInOutput }]): [string, number] => [name, bytesInOutput])
    .filter(([name, bytes]) => bytes > 0 && !name.endsWith('wasm/binary.js'))
    .sort((a, b) => b[1] - a[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const size = await measure();
  const row = (name: string, ...cells: (number | string)[]): void =>
    console.log(`${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(10)).join('')}`);
  row('bytes', 'minified', 'gzip');
  row("export * from 'downhill'", size.minified, size.gzip);
  row('  JavaScript', size.scriptMinified, size.scriptGzip);
  row('  inlined module', size.minified - size.scriptMinified, size.gzip - size.scriptGzip);
  row('strict.wasm', size.wasm, size.wasmGzip);
  const both = await measure("export * from 'downhill'; export * from 'downhill/fast'");
  row("with 'downhill/fast'", both.minified, both.gzip);
  row('goal', '', GOAL);
  row('budget', '', BUDGET);
  for (const name of ['linearRegression', 'logisticRegression', 'softmaxRegression']) {
    const { minified, gzip } = await measure(`export { ${name} } from 'downhill'`);
    row(`export { ${name} }`, minified, gzip);
  }
  console.log();
  for (const [file, bytes] of await fileSizes()) row(file, bytes);
  if (process.argv.includes('--functions')) {
    console.log();
    for (const [name, bytes] of functionSizes(readFileSync(`${root}/build/strict.wasm`))) row(name, bytes);
  }
  if (size.gzip > BUDGET) {
    console.log(`${size.gzip - BUDGET} bytes over the budget`);
    process.exitCode = 1;
  }
}
