/**
 * The package as it would be published, by tools that are fetched: publint, are the types wrong, types under several
 * versions of TypeScript, the module built again under Node 20 and 26, the bill of materials. `--local` without what
 * needs another Node. Ends with `N passed, N failed`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed, packed } from './pack.ts';
import { billOfMaterials, sha256 } from './release-files.ts';
import { type Major, node, output, root, script } from './runtimes.ts';

const run = (bin: string, args: string[], cwd = root): string => output(bin, args, { cwd });

const program = `import { linearRegression, type FitResult } from 'downhill';
const model = linearRegression();
const result: FitResult = model.fitSync([[0], [1], [2], [3]], [1, 3, 5, 7]);
// @ts-expect-error: options are typed
model.fitSync([[0], [1]], [1, 3], { epoch: 1 });
const values: Float64Array = model.coefficients;
export { result, values };
`;

const compilers: Readonly<Record<string, () => string>> = {
  '5.9.3': () => script('typescript-5.9', 'typescript/bin/tsc'),
  '6.0.3': () => script('typescript-6', 'typescript/bin/tsc'),
  '7.0.2': () => join(root, 'node_modules/typescript/bin/tsc'),
};

function types(project: string, compiler: string, resolution: string): void {
  const compilerOptions = {
    ...{ noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom'], types: [] },
    // Declarations are checked as well.
    ...{ skipLibCheck: false, exactOptionalPropertyTypes: true },
    ...{ module: resolution === 'bundler' ? 'esnext' : resolution, moduleResolution: resolution },
  };
  writeFileSync(join(project, 'program.mts'), program);
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.mts'] }));
  run(process.execPath, [compiler, '-p', 'tsconfig.json'], project);
}

/** The module once more, by another Node. */
function again(major: Major, folder: string): void {
  const file = join(folder, `node-${major}.wasm`);
  const options = ['--target', 'strict', '--outFile', file, '--textFile', join(folder, `node-${major}.wat`)];
  run(node(major), ['node_modules/assemblyscript/bin/asc.js', 'assembly/index.ts', ...options]);
  const [built, found] = [sha256(join(root, 'build/strict.wasm')), sha256(file)];
  if (built !== found) throw new Error(`Node ${major} makes ${found}, here is ${built}`);
}

const folder = mkdtempSync(join(tmpdir(), 'downhill-package-'));
let [passed, failed] = [0, 0];

function check(name: string, body: () => void): void {
  const start = performance.now();
  let why = '';
  try {
    body();
    passed++;
  } catch (error) {
    why = `\n${(error as Error).message}`;
    failed++;
  }
  console.log(`${why ? 'FAIL' : 'ok  '} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)${why}`);
}

try {
  installed(folder);
  const tarball = packed(folder);
  check('publint', () => void run(process.execPath, [script('publint', 'publint/src/cli.js'), tarball, '--strict']));
  check('are the types wrong', () => {
    const cli = script('types', '@arethetypeswrong/cli/dist/index.js');
    run(process.execPath, [cli, tarball, '--profile', 'esm-only']);
  });
  for (const [version, compiler] of Object.entries(compilers)) {
    for (const resolution of ['nodenext', 'bundler']) {
      check(`TypeScript ${version}, ${resolution}`, () => types(folder, compiler(), resolution));
    }
  }
  check('bill of materials: this package and what it needs', () => {
    const { bomFormat, metadata, components } = billOfMaterials();
    const names = components.map(({ name }) => name).join();
    if (bomFormat !== 'CycloneDX' || metadata.component.name !== 'downhill' || names !== '@assemblyscript/loader') {
      throw new Error(`${bomFormat} of ${metadata.component.name} with ${names}`);
    }
  });
  if (!process.argv.includes('--local')) {
    for (const major of [20, 26] as const) check(`the module built by Node ${major}`, () => again(major, folder));
  }
  console.log(`strict.wasm as shipped: sha256 ${sha256(join(root, 'dist/wasm/strict.wasm'))}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
