/** The baseline of convolutions against its definition (test/helpers/windows.ts). */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plain } from '../../bench/plain/index.ts';
import { eighths } from '../helpers/numbers.ts';
import { convolve } from '../helpers/windows.ts';

const js = await plain('f64');

test('forward and backward', () => {
  for (const kernel of [1, 3, 5]) {
    const size = { rows: 2, height: 4, width: 5, channels: 3, filters: 4, kernel };
    const next = eighths(kernel);
    const make = (n: number): Float64Array => Float64Array.from({ length: n }, next);
    const taps = kernel * kernel;
    const [x, w, b, d] = [make(2 * 20 * 3), make(taps * 12), make(4), make(2 * 20 * 4)] as const;
    const to = { y: make(d.length), dx: make(x.length), dw: make(w.length), db: make(4) };
    js.convolve(size, x, w, b, to.y);
    js.convolveBack(size, x, w, d, to.dx, to.dw, to.db);
    // From filters × channels × taps.
    const turned = (values: Float64Array): Float64Array => {
      const of = (i: number): number => ((i % 4) * 3 + (Math.floor(i / 4) % 3)) * taps + Math.floor(i / 12);
      return values.map((_, i) => values[of(i)]!);
    };
    const original = new Float64Array(w.length);
    turned(Float64Array.from(w, (_, i) => i)).forEach((place, i) => {
      original[place] = w[i]!;
    });
    const side = (kernel - 1) / 2;
    const expected = convolve(
      {
        ...{ size: [4, 5], channels: 3, kernel: [kernel, kernel], stride: [1, 1], dilation: [1, 1] },
        padding: [side, side, side, side],
      },
      2,
      4,
      1,
      { x, w: original, b, d },
    );
    assert.equal(to.y, expected.y);
    assert.equal(to.dx, expected.dx);
    assert.equal(to.dw, turned(expected.weight));
    assert.equal(to.db, expected.bias);
  }
});

test.run();
