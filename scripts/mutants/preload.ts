/** Loaded into every test of a mutant: whoever compiles a module of ours gets the mutant. */
import { readFileSync } from 'node:fs';

const mutant = readFileSync(process.env.DOWNHILL_MUTANT!);
const { Module } = WebAssembly;
/** Ours are larger than what asks whether a feature is there. */
const OURS = 50_000;

WebAssembly.Module = class extends Module {
  constructor(bytes: BufferSource) {
    super(bytes.byteLength > OURS ? mutant : bytes);
  }
};
