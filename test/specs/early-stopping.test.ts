import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EarlyStopper, type EarlyStoppingOptions, earlyStopping, earlyStoppings } from '#src/early-stopping.js';
import { validateSpec } from '#src/spec.js';
import { throws } from '../throws.js';

/** One letter a verdict: b(etter), w(ait), s(top), i(gnored). */
function verdicts(options: EarlyStoppingOptions, metrics: number[], mode?: 'min' | 'max'): string {
  const stopper = new EarlyStopper(earlyStopping(options), mode);
  return metrics.map((metric) => stopper.update(metric)[0]).join('');
}

test('the spec', () => {
  const spec = earlyStopping();
  assert.equal(spec, {
    kind: 'earlyStopping',
    patience: 5,
    minDelta: 0,
    mode: null,
    monitor: 'validation.loss',
    baseline: null,
    startFrom: 0,
    restoreBest: false,
  });
  assert.ok(Object.isFrozen(spec));
  const full = earlyStopping({
    patience: 0,
    minDelta: 1,
    mode: 'max',
    monitor: 'loss',
    baseline: 2,
    startFrom: 3,
    restoreBest: true,
  });
  assert.equal(validateSpec(earlyStoppings, JSON.parse(JSON.stringify(full))), full);
  throws(
    () => validateSpec(earlyStoppings, { kind: 'earlyStopping', patience: -1 }, 'earlyStopping'),
    'ERR_ARGUMENT',
    'earlyStopping: patience must be an integer ≥ 0, got -1',
  );
  throws(
    () => validateSpec(earlyStoppings, true, 'earlyStopping'),
    'ERR_ARGUMENT',
    'earlyStopping must be an early stopping such as earlyStopping(…), got true',
  );
  const bad = (options: object, message: string): void =>
    throws(() => earlyStopping(options as never), 'ERR_ARGUMENT', `earlyStopping: ${message}`);
  bad({ patience: -1 }, 'patience must be an integer ≥ 0, got -1');
  bad({ patience: 1.5 }, 'patience must be an integer ≥ 0, got 1.5');
  bad({ minDelta: -0.1 }, 'minDelta must be a number ≥ 0, got -0.1');
  bad({ mode: 'auto' }, 'mode must be "min" or "max" or null, got "auto"');
  bad({ baseline: Number.NaN }, 'baseline must be a number in (-∞, ∞) or null, got NaN');
  bad({ restoreBestWeights: true }, 'unknown option restoreBestWeights; did you mean restoreBest?');
});

test('an improvement resets the wait; patience evaluations without one stop', () => {
  assert.is(verdicts({ patience: 2 }, [3, 2, 2.5, 1, 1.5, 1.2]), 'bbwbws');
  assert.is(verdicts({ patience: 3 }, [1, 1, 1, 1]), 'bwws');
});

test('patience 0 and 1 both stop at the first evaluation that is not better', () => {
  for (const patience of [0, 1]) {
    assert.is(verdicts({ patience }, [3, 2, 1, 1]), 'bbbs');
    assert.is(verdicts({ patience }, [3, 4]), 'bs');
    assert.is(verdicts({ patience }, [Number.NaN]), 's');
  }
});

test('better is strict, and by more than minDelta', () => {
  assert.is(verdicts({ patience: 9 }, [1, 1]), 'bw');
  // 0.5 = 1 − 0.5 is not enough; the best stays 1 until it is beaten by more.
  assert.is(verdicts({ patience: 9, minDelta: 0.5 }, [1, 0.5, 0.75, 0.49]), 'bwwb');
  assert.is(verdicts({ patience: 9, minDelta: 0.5, mode: 'max' }, [1, 1.5, 1.51]), 'bwb');
});

test('max mode, from the spec or as the metric declares; the spec wins', () => {
  assert.is(verdicts({ patience: 2, mode: 'max' }, [0.5, 0.6, 0.6, 0.7, 0.1, 0.2]), 'bbwbws');
  assert.is(verdicts({ patience: 2 }, [0.5, 0.6, 0.7, 0.2], 'max'), 'bbbw');
  assert.is(verdicts({ patience: 2, mode: 'min' }, [0.5, 0.4], 'max'), 'bb');
});

test('a metric that is not finite is never better, also as the first', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;
  assert.is(verdicts({ patience: 4 }, [nan, 3, minusInf, inf, nan, 2, nan]), 'wbwwwbw');
  assert.is(verdicts({ patience: 4, mode: 'max' }, [inf, -3, inf, minusInf]), 'wbww');
  assert.is(verdicts({ patience: 2 }, [1, nan, nan]), 'bws');
});

test('startFrom: evaluations before it are ignored wholly', () => {
  assert.is(verdicts({ patience: 1, startFrom: 2 }, [0, Number.NaN, 5, 4, 4]), 'iibbs');
  const stopper = new EarlyStopper(earlyStopping({ startFrom: 1 }));
  stopper.update(0);
  assert.equal(stopper.state(), { evaluations: 1, best: null, bestEvaluation: null, wait: 0 });
});

test('baseline: what the first improvement must beat, by more than minDelta', () => {
  assert.is(verdicts({ patience: 3, baseline: 1 }, [2, 1.5, 1]), 'wws');
  assert.is(verdicts({ patience: 3, baseline: 1 }, [2, 0.9, 0.95, 0.8]), 'wbwb');
  assert.is(verdicts({ patience: 3, baseline: 1, minDelta: 0.5 }, [0.5, 0.4]), 'wb');
  assert.is(verdicts({ patience: 3, baseline: 0.8, mode: 'max' }, [0.8, 0.81]), 'wb');
  assert.is(verdicts({ patience: 3, baseline: 0 }, [0, -1]), 'wb');
});

test('the state: best value, which evaluation gave it, how long it waits', () => {
  const stopper = new EarlyStopper(earlyStopping({ patience: 3, startFrom: 1 }));
  for (const metric of [9, 3, 2, 5]) stopper.update(metric);
  assert.equal(stopper.state(), { evaluations: 4, best: 2, bestEvaluation: 2, wait: 1 });
});

test('without any better evaluation there is no best', () => {
  const stopper = new EarlyStopper(earlyStopping({ patience: 2, baseline: 1 }));
  stopper.update(2);
  assert.is(stopper.update(2), 'stop');
  assert.equal(stopper.state(), { evaluations: 2, best: null, bestEvaluation: null, wait: 2 });
});

test('a stop stays a stop until something is better', () => {
  assert.is(verdicts({ patience: 2 }, [1, 2, 2, 2, 0.5, 2]), 'bwssbw');
});

test('a metric that is no number is an error', () => {
  throws(
    () => new EarlyStopper(earlyStopping()).update(undefined as never),
    'ERR_ARGUMENT',
    'earlyStopping: validation.loss must be a number, got undefined',
  );
});

test('a run cut in two by way of JSON goes on as if it were one', () => {
  const spec = fc.record({
    patience: fc.nat(4),
    minDelta: fc.constantFrom(0, 0.5),
    mode: fc.constantFrom('min' as const, 'max' as const),
    baseline: fc.constantFrom(null, 2),
    startFrom: fc.nat(3),
  });
  const metric = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(spec, fc.array(metric, { maxLength: 20 }), fc.nat(20), (options, metrics, cut) => {
      const whole = new EarlyStopper(earlyStopping(options));
      let parts = new EarlyStopper(earlyStopping(options));
      metrics.forEach((value, i) => {
        if (i === cut) {
          const state = JSON.parse(JSON.stringify(parts.state()));
          parts = new EarlyStopper(earlyStopping(options));
          parts.restore(state);
        }
        assert.is(parts.update(value), whole.update(value));
      });
      assert.equal(parts.state(), whole.state());
    }),
  );
});

test.run();
