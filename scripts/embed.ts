/** Puts the bytes of the module where each host finds them: a hexadecimal string for most, a .wasm file for the edge. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

export function embed(wasm: string): void {
  const bytes = readFileSync(wasm);
  const text = `// Written by scripts/embed.ts from ${wasm}.\nexport const bytes: string =\n  '${bytes.toString('hex')}';\n`;
  const target = 'src/wasm/binary.ts';
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {}
  if (old !== text) writeFileSync(target, text);
  mkdirSync('dist/wasm', { recursive: true });
  writeFileSync('dist/wasm/strict.wasm', bytes);
}
