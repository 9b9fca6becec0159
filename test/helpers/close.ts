/** Comparisons of what optimizers find. */
import * as assert from 'uvu/assert';

type Values = ArrayLike<number>;

/** |found − expected| ≤ tolerance·max(1, |expected|), element by element, step by step. */
export function closeSteps(found: readonly Values[], expected: readonly Values[], tolerance: number, what = ''): void {
  assert.is(found.length, expected.length);
  for (const [t, values] of expected.entries()) closeTo(found[t]!, values, tolerance, `${what} step ${t}`);
}

export function closeTo(found: Values, expected: Values, tolerance: number, what = ''): void {
  assert.is(found.length, expected.length);
  Array.from(expected).forEach((value, i) => {
    const off = Math.abs(found[i]! - value);
    assert.ok(off <= tolerance * Math.max(1, Math.abs(value)), `${what} element ${i}: ${found[i]} for ${value}`);
  });
}

/** The same bits, the sign of zero included. */
export function sameBits(found: Values, expected: Values, what = ''): void {
  assert.is(found.length, expected.length);
  for (const [i, value] of Array.from(expected).entries()) {
    assert.ok(Object.is(found[i], value), `${what} element ${i}: ${found[i]} for ${value}`);
  }
}
