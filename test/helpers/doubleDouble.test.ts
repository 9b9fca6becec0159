import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as dd from './doubleDouble.ts';

const golden = JSON.parse(readFileSync('test/golden/functions.json', 'utf8')) as Record<string, number[][]>;

const functions: Record<string, (x: number) => dd.Double2> = {
  exp: (x) => dd.exp([x, 0]),
  expm1: (x) => dd.expm1([x, 0]),
  log: (x) => dd.log([x, 0]),
  log1p: (x) => dd.log1p([x, 0]),
  tanh: dd.tanh,
  cos: dd.cos,
  erf: dd.erf,
  sin: dd.sin,
};

for (const [name, f] of Object.entries(functions)) {
  test(`${name} has 90 bits`, () => {
    for (const [x, high, low] of golden[name]!) {
      const error = dd.add(f(x!), [-high!, -low!]);
      assert.ok(Math.abs(error[0]) <= Math.abs(high!) * 2 ** -90, `${name}(${x}): ${error[0] / high!}`);
    }
  });
}

test('pow, as e^(y·ln x), is rounded correctly', () => {
  for (const [x, y, value] of golden.pow!) {
    assert.is(dd.expRounded(dd.multiply([y!, 0], dd.log([x!, 0]))), value, `${x} ** ${y}`);
  }
});

const rounded: Record<string, (x: number) => number> = {
  sigmoid: dd.sigmoidRounded,
  softplus: dd.softplusRounded,
  expSubnormal: (x) => dd.expRounded([x, 0]),
};

for (const [name, f] of Object.entries(rounded)) {
  test(`${name} is rounded correctly`, () => {
    for (const [x, value] of golden[name]!) assert.is(f(x!), value, `${name}(${x})`);
  });
}

test.run();
