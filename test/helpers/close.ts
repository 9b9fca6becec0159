/** Comparisons of what optimizers find. */
import * as assert from 'uvu/assert';

/** |found − expected| ≤ tolerance·max(1, |expected|), element by element, step by step. */
export function closeSteps(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  tolerance: number,
  what = '',
): void {
  assert.is(found.length, expected.length);
  expected.forEach((values, t) => closeTo(found[t]!, values, tolerance, `${what} step ${t}`));
}

export function closeTo(found: readonly number[], expected: readonly number[], tolerance: number, what = ''): void {
  assert.is(found.length, expected.length);
  expected.forEach((value, i) => {
    const off = Math.abs(found[i]! - value);
    assert.ok(off <= tolerance * Math.max(1, Math.abs(value)), `${what} element ${i}: ${found[i]} for ${value}`);
  });
}

/** The same bits, the sign of zero included. */
export function sameBits(found: readonly number[], expected: readonly number[], what = ''): void {
  assert.is(found.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Object.is(found[i], value), `${what} element ${i}: ${found[i]} for ${value}`),
  );
}
