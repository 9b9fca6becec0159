/** Preloaded into every test process: leaves the opcodes that it wrote in build/opcodes, for scripts/test.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { opcodeNames, written } from '#src/program/tape.js';

process.on('exit', () => {
  mkdirSync('build/opcodes', { recursive: true });
  const names = [...written].map((code) => opcodeNames[code]);
  writeFileSync(`build/opcodes/${process.pid}.json`, JSON.stringify({ all: opcodeNames, written: names }));
});
