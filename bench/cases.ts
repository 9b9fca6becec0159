/** What is measured. */
import { defaultEngine } from '#src/memory/engine.js';
import { control, OP_BYTES, Tape, writeFields } from '#src/program/tape.js';
import type { Case } from './harness.ts';
import { fill, mulberry32 } from './plain/random.ts';

/** The copy kernel against `set`, both on 40,000 bytes in linear memory. */
function copy(): Case {
  const length = 10000;
  const engine = defaultEngine();
  const bytes = 4 * length;
  const [op, from, to] = [OP_BYTES + control.bytes, bytes, bytes].map((size) => engine.arena.allocate(size)) as [
    number,
    number,
    number,
  ];
  const tape = new Tape();
  tape.emit('copy', 'f32', [from, to, bytes]);
  tape.write(engine, op);
  const end = op + OP_BYTES;
  writeFields(engine, end, control, { begin: op, end, position: op });
  const source = engine.floats('f32', from, length);
  const target = engine.floats('f32', to, length);
  fill(source as Float32Array, mulberry32(1));
  const { walk } = engine.exports;
  const ours = (): unknown => walk(end, 0);
  const plain = (): void => target.set(source);
  return {
    name: 'copy 10,000 f32',
    unit: 'element',
    work: length,
    ours,
    plain,
    agree: () => {
      for (const run of [ours, plain]) {
        target.fill(Number.NaN);
        run();
        if (!target.every((value, i) => value === source[i])) throw new Error('copy: the results differ');
      }
    },
    floor: 0.8,
  };
}

export async function cases(): Promise<Case[]> {
  return [copy()];
}
