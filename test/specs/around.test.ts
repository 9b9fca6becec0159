/** Clips, averages and perturbations as specs. */
import { clipByGlobalNorm, clipByNorm, clipByValue, ema, lookahead, sam, swa } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { averages, clips, perturbations } from '#src/around.js';
import { averageRows, clipRows, perturbationRows } from '#src/program/around-rows.js';
import { type Family, type Spec, validateSpec } from '#src/spec.js';
import { throws as throwsAs } from '../throws.ts';

const throws = (call: () => unknown, message: string): void => throwsAs(call, 'ERR_ARGUMENT', message);

const rows: readonly (readonly [Family<never>, () => Spec, Spec & Record<string, unknown>])[] = (
  [
    [clips, () => clipByValue(0.5), { kind: 'clipByValue', max: 0.5 }],
    [clips, () => clipByNorm({ max: 2 }), { kind: 'clipByNorm', max: 2 }],
    [clips, () => clipByGlobalNorm(1), { kind: 'clipByGlobalNorm', max: 1 }],
    [averages, () => ema(), { kind: 'ema', decay: 0.999, warmup: false }],
    [averages, () => ema(0.99), { kind: 'ema', decay: 0.99, warmup: false }],
    [averages, () => ema({ warmup: true }), { kind: 'ema', decay: 0.999, warmup: true }],
    [averages, () => swa(), { kind: 'swa', start: 0, every: 1 }],
    [averages, () => swa(100), { kind: 'swa', start: 100, every: 1 }],
    [averages, () => lookahead(), { kind: 'lookahead', steps: 5, alpha: 0.5 }],
    [averages, () => lookahead({ steps: 6, alpha: 1 }), { kind: 'lookahead', steps: 6, alpha: 1 }],
    [perturbations, () => sam(), { kind: 'sam', rho: 0.05 }],
    [perturbations, () => sam(0.1), { kind: 'sam', rho: 0.1 }],
  ] as const
).map(([family, make, want]) => [family as Family<never>, make, want]);

test('defaults are filled in; a number is the main option; specs are frozen plain data', () => {
  for (const [family, make, want] of rows) {
    const spec = make();
    assert.equal(spec, want);
    assert.ok(Object.isFrozen(spec));
    for (const copy of [JSON.parse(JSON.stringify(spec)), structuredClone(spec)]) {
      assert.equal(validateSpec(family, copy), want);
    }
  }
});

test('every kind has a spec above and a row in the table of kernels, and that names its options', () => {
  const kernels = [...clipRows, ...averageRows, ...perturbationRows];
  for (const family of [clips, averages, perturbations]) {
    for (const [kind, fields] of Object.entries(family.kinds)) {
      assert.ok(
        rows.some(([, make]) => make().kind === kind),
        kind,
      );
      assert.equal(kernels.find((row) => row.kind === kind)?.block, Object.keys(fields), kind);
    }
  }
});

test('messages say what was expected and what came', () => {
  throws(() => clipByValue(0), 'clipByValue: max must be a number > 0, got 0');
  throws(() => clipByNorm(-1), 'clipByNorm: max must be a number > 0, got -1');
  throws(() => clipByGlobalNorm(Infinity), 'clipByGlobalNorm: max must be a number > 0, got Infinity');
  throws(() => clipByGlobalNorm(Number.NaN), 'clipByGlobalNorm: max must be a number > 0, got NaN');
  throws(() => clipByNorm({} as never), 'clipByNorm: max is required: a number > 0');
  throws(() => ema(1), 'ema: decay must be a number in [0, 1), got 1');
  throws(() => ema({ decay: 0.9, warmUp: true } as never), 'ema: unknown option warmUp; did you mean warmup?');
  throws(() => swa({ every: 0 }), 'swa: every must be an integer ≥ 1, got 0');
  throws(() => swa(1.5), 'swa: start must be an integer ≥ 0, got 1.5');
  throws(() => lookahead({ steps: 0 }), 'lookahead: steps must be an integer ≥ 1, got 0');
  throws(() => lookahead({ alpha: 0 }), 'lookahead: alpha must be a number in (0, 1], got 0');
  throws(() => sam(0), 'sam: rho must be a number > 0, got 0');
  throws(() => sam({ rho: '1' as never }), 'sam: rho must be a number > 0, got "1"');
  throws(
    () => validateSpec(averages, { kind: 'polyak' }),
    'average: unknown kind polyak; there are ema, swa, lookahead',
  );
  throws(() => validateSpec(clips, 1), 'clip must be a clip such as clipByValue(…), got 1');
});

test.run();
