/** Writes the parts of assembly/ that follow from the table of kernels: opcodes, dispatch, exports, field offsets. */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  extraKernels,
  flowKernels,
  type KernelRow,
  LEAF_ROWS,
  logFields,
  STOP,
  structBytes,
  structs,
  workKernels,
} from '../src/program/kernels.ts';
import { scheduleRows } from '../src/program/schedule-rows.ts';

const banner = '// Written by scripts/generate.ts from src/program/kernels.ts. Change the table, not this file.\n';

const constant = (text: string): string => text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

interface Instance {
  readonly name: string;
  readonly call: string;
}

const instances = (rows: readonly KernelRow[], first: string): Instance[] =>
  rows.flatMap((row) => instancesOf(row, first));

function instancesOf(row: KernelRow, first: string): Instance[] {
  const fn = row.fn ?? row.name;
  const args = row.args ? `${first}, ${row.args}` : first;
  if (row.types?.length === 0) return [{ name: row.name, call: `${fn}(${args})` }];
  return (row.types ?? ['f32', 'f64']).map((type) => ({
    name: `${row.name}_${type}`,
    call: `${fn}<${type}>(${args})`,
  }));
}

function imports(rows: readonly KernelRow[]): string {
  const byFile = new Map<string, Set<string>>();
  for (const row of rows) {
    const names = byFile.get(row.file) ?? new Set();
    names.add(row.fn ?? row.name);
    for (const [, name] of (row.args ?? '').matchAll(/\b([A-Z][a-z]\w*)\./g)) names.add(name!);
    byFile.set(row.file, names);
  }
  // A constant that several files export is one and the same.
  const seen = new Set<string>();
  for (const names of byFile.values()) {
    for (const name of names) {
      if (seen.has(name) && /^[A-Z]/.test(name)) names.delete(name);
      seen.add(name);
    }
  }
  // A local name of its own, so that an exported instance may carry the name of its source.
  return [...byFile]
    .map(([file, names]) => {
      const list = [...names].sort().map((name) => (/^[A-Z]/.test(name) ? name : `${name} as ${name}_`));
      return `import { ${list.join(', ')} } from '../${file}';`;
    })
    .sort()
    .join('\n');
}

const local = (call: string): string => call.replace(/^(\w+)/, '$1_');

/** Exported instances of kernels, one for each type. */
function section(rows: readonly KernelRow[], first: string): string {
  const returns = first === 'op' ? 'void' : 'usize';
  const parameters = first.replace(/\w+/g, '$&: usize');
  return instances(rows, first)
    .map(({ name, call }) => {
      const body = returns === 'void' ? local(call) : `return ${local(call)}`;
      return `export function ${name}(${parameters}): ${returns} {\n  ${body};\n}`;
    })
    .join('\n');
}

export function generate(): Map<string, string> {
  const flow = instances(flowKernels, 'control, op');
  const work = instances(workKernels, 'op');
  const extra = instances(extraKernels, 'op');
  const cases = (list: readonly Instance[], from: number): string[] =>
    list.map(({ name }, code) => `    case ${from + code}: ${name}(op); break;`);
  const kernels = [
    banner,
    imports([...flowKernels, ...workKernels]),
    section(flowKernels, 'control, op'),
    section(workKernels, 'op'),
  ];
  const extras = [banner, imports(extraKernels), section(extraKernels, 'op')];
  const names = (list: readonly Instance[]): string => list.map(({ name }) => name).join(', ');
  const dispatch = [
    banner,
    `import { ${names([...flow, ...work])} } from './kernels';`,
    `import { ${names(extra)} } from './extras';`,
    '',
    `/** Opcodes below this one decide where to go on. */\nexport const FLOW: i32 = ${flow.length};`,
    '',
    '// @ts-ignore: decorator\n@inline export function flow(code: i32, control: usize, op: usize): usize {\n  switch (code) {',
    ...flow.map(({ name }, code) => `    case ${code}: return ${name}(control, op);`),
    '    default: unreachable();\n  }\n  return op;\n}',
    '',
    '// @ts-ignore: decorator\n@inline export function work(code: i32, op: usize): void {\n  switch (code) {',
    ...cases(work, flow.length),
    '    default: more(code, op);\n  }\n}',
    '',
    '// @ts-ignore: decorator\n@inline function more(code: i32, op: usize): void {',
    '  if (!isDefined(EXTRAS)) unreachable();\n  switch (code) {',
    ...cases(extra, flow.length + work.length),
    '    default: unreachable();\n  }\n}',
  ];
  const fields = [
    banner,
    `export const LEAF_ROWS: u32 = ${LEAF_ROWS};`,
    `export const LOG_FIELDS: u32 = ${logFields.length};`,
    ...scheduleRows.map(({ name }, code) => `export const SCHEDULE_${constant(name)}: i32 = ${code};`),
    ...Object.entries(STOP).map(([name, code]) => `export const STOP_${constant(name)}: u32 = ${code};`),
  ];
  for (const [struct, { f64, u32 }] of Object.entries(structs)) {
    f64.forEach((name, i) => {
      fields.push(`export const ${constant(struct)}_${constant(name)}: usize = ${i * 8};`);
    });
    u32.forEach((name, i) => {
      fields.push(`export const ${constant(struct)}_${constant(name)}: usize = ${f64.length * 8 + i * 4};`);
    });
    fields.push(`export const ${constant(struct)}_BYTES: usize = ${structBytes(struct as keyof typeof structs)};`);
  }
  const files = new Map<string, string>();
  files.set('kernels', `${kernels.join('\n')}\n`);
  files.set('extras', `${extras.join('\n')}\n`);
  files.set('dispatch', `${dispatch.join('\n')}\n`);
  files.set('fields', `${fields.join('\n')}\n`);
  return files;
}

/** Writes what has changed; returns the names of the files that had drifted. */
export function write(folder: string): string[] {
  const drifted: string[] = [];
  for (const [name, text] of generate()) {
    const path = `${folder}/${name}.ts`;
    let old = '';
    try {
      old = readFileSync(path, 'utf8');
    } catch {}
    if (old === text) continue;
    drifted.push(name);
    writeFileSync(path, text);
  }
  return drifted;
}
