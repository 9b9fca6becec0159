/** An engine: when it starts, what it takes, when it lets go of memory. */
import { ArgumentError, Engine, linearRegression, parameters, UnsupportedError } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strict } from '#src/memory/module.js';

test('it starts at its first use, once', () => {
  let asked = 0;
  const engine = new Engine(() => {
    asked++;
    return strict();
  });
  assert.is(asked, 0);
  const { exports } = engine;
  assert.is(engine.exports, exports);
  assert.is(asked, 1);
});

test('views are of the memory that is there now', () => {
  const engine = new Engine();
  assert.ok(engine.f64.length >= 2 ** 13);
  const { length } = engine.u8;
  engine.arena.allocate(length);
  assert.ok(engine.f32.byteLength > length && engine.i32.byteLength > length && engine.u32.byteLength > length);
  assert.is(engine.f64.buffer, engine.u8.buffer);
});

test('a large idle memory is dropped, never one in use', () => {
  const engine = new Engine();
  const model = linearRegression({ engine });
  const block = engine.arena.allocate(100e6);
  engine.u8[block] = 7;
  assert.ok(model.engine.arena.size > 100e6);
  engine.arena.scope(() => {
    engine.arena.free(block);
    // Something may be about to be allocated.
    assert.ok(model.engine.arena.size > 100e6);
  });
  assert.ok(model.engine.arena.size < 1e6);
  model.fitSync([[0], [1], [2]], [1, 3, 5]);
  assert.ok(Math.abs(model.coefficients[0]! - 2) < 1e-6);
});

test('parameters stay where they are in a large memory', () => {
  const engine = new Engine();
  const θ = parameters({ w: 5e6 }, { engine });
  θ.values.w[5] = 3;
  linearRegression({ engine }).fitSync([[0], [1], [2]], [1, 3, 5]);
  assert.is(θ.values.w[5], 3);
});

test('one that cannot run is refused by whoever is given it', () => {
  const broken = new Engine(() => new WebAssembly.Module(new Uint8Array(3)));
  for (const make of [() => linearRegression({ engine: broken }), () => parameters({ w: 1 }, { engine: broken })]) {
    assert.throws(
      make,
      (error: Error) => error instanceof UnsupportedError && /could not be compiled/.test(error.message),
    );
  }
  for (const engine of ['fast', {}, 3]) {
    assert.throws(
      () => linearRegression({ engine: engine as never }),
      (error: Error) => error instanceof ArgumentError && /engine must be an engine/.test(error.message),
    );
  }
});

test.run();
