/**
 * Code blocks of the documents as modules. What a block says of its values in comments is checked:
 *
 *     predict(x); // → [2.1, 3.1]
 *     const a = f(); // → 1.5
 *     f('x'); // → ArgumentError: expected a number, got "x"
 *
 * A number may differ by half a unit of its last digit; everything else must be the same, but for spaces.
 */
import { readFileSync } from 'node:fs';

/** A block that imports the package. */
export interface Example {
  readonly file: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** All blocks of a document in JavaScript or TypeScript that import from 'downhill'. */
export function extract(file: string): Example[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const found: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (!/^```(js|ts|javascript|typescript)\b/.test(lines[i]!)) continue;
    const end = lines.findIndex((line, j) => j > i && line.startsWith('```'));
    if (end < 0) throw new Error(`${file}:${i + 1}: this block does not end`);
    const code = lines.slice(i + 1, end).join('\n');
    if (/from 'downhill'|require\('downhill'\)/.test(code)) found.push({ file, line: i + 2, code });
    i = end;
  }
  return found;
}

/** The block as a module, lines where they were; claims become calls of `expect(line, expected, () => value)`. */
export function toModule({ line, code }: Example): string {
  const lines = code.split('\n').map((text, i) => {
    const claim = /^(\s*)(.*?);?\s*\/\/ → (.+)$/.exec(text);
    if (!claim) return text;
    const [, space, statement, expected] = claim as unknown as [string, string, string, string];
    const declared = /^(?:const|let) (\w+) = /.exec(statement)?.[1];
    const printed = /^console\.log\((.*)\)$/.exec(statement)?.[1];
    const value = declared ?? printed ?? statement;
    const check = `await expect(${line + i}, ${JSON.stringify(expected)}, async () => (${value}));`;
    return `${space}${declared ? `${statement}; ` : ''}${check}`;
  });
  const before = "const expect = globalThis[Symbol.for('downhill.docs')];";
  return `${before}${'\n'.repeat(Math.max(0, line - 1))}${lines.join('\n')}\n`;
}

/** A value as the documents write it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${Array.from(value as never[], show).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${key}: ${show(one)}`)
    .join(', ')} }`;
}

/** Whether the text says what the value is. */
export function agrees(expected: string, actual: string): boolean {
  const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;
  const skeleton = (text: string): string => text.replace(number, '#').replace(/\s/g, '');
  if (skeleton(expected) !== skeleton(actual)) return false;
  const values = actual.match(number) ?? [];
  return (expected.match(number) ?? []).every((written, i) => {
    const [mantissa, exponent = '0'] = written.split('e') as [string, string?];
    const decimals = mantissa.split('.')[1]?.length ?? 0;
    const half = decimals === 0 && exponent === '0' ? 0 : 0.5 * 10 ** (Number(exponent) - decimals);
    return Math.abs(Number(values[i]) - Number(written)) <= half * (1 + 1e-9);
  });
}
