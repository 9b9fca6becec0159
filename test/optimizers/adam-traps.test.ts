/** What is easily written wrong in the Adam line: one case each, with the right number in closed form. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dtype } from '#src/memory/engine.js';
import {
  adaBelief,
  adam,
  adamax,
  adamW,
  adan,
  adEMAMix,
  amsgrad,
  lion,
  nadam,
  radam,
  type SteppingSpec,
  yogi,
} from '#src/optimizers.js';
import { dtypes } from '../helpers/numbers.ts';
import { runOptimizer } from '../helpers/optimizer.ts';

/** One parameter from `start`: θ and the effective step after every gradient. */
function trace(dtype: Dtype, spec: SteppingSpec, gradients: readonly number[], start = 0, from = 0) {
  const run = { dtype, spec, shape: [1], start: [start], gradients: gradients.map((g) => [g]), from };
  const { steps, effective } = runOptimizer(run);
  return { theta: steps.map((step) => step[0]!), effective: effective.map((step) => step[0]!) };
}

for (const dtype of dtypes) {
  const near = (found: number, expected: number, what = ''): void => {
    const tolerance = dtype === 'f32' ? 2e-6 : 1e-13;
    assert.ok(Math.abs(found - expected) <= tolerance * Math.abs(expected), `${what} ${found} for ${expected}`);
  };

  test(`${dtype} adam: ε stands beside the root, and behind the correction`, () => {
    // m̂ = v̂ = 1: −η/(1 + ε). In the root −η/√2; before the correction −η·0.5/(√0.25 + 1)/… = −η/3.
    const spec = { learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 1 };
    for (const make of [adam, amsgrad, adamW]) near(trace(dtype, make(spec), [1]).theta[0]!, -0.5, make.name);
    near(trace(dtype, nadam({ ...spec, momentumDecay: 0 }), [1]).effective[0]!, 0.5, 'nadam');
  });

  test(`${dtype} adam: corrections are those of this step, 1 at the first`, () => {
    // Of a constant gradient m̂ = g and v̂ = g², whatever t is.
    for (const spec of [adam({ learningRate: 1, epsilon: 0 }), amsgrad({ learningRate: 1, epsilon: 0 })]) {
      trace(dtype, spec, new Array(30).fill(-4)).theta.forEach((theta, t) => {
        near(theta, t + 1, `step ${t}`);
      });
    }
  });

  test(`${dtype} adam: corrections keep their digits where β is close to 1, and long after`, () => {
    const beta2 = 1 - 2 ** -20;
    const spec = adam({ learningRate: 1, beta1: 1 - 2 ** -10, beta2, epsilon: 0 });
    near(trace(dtype, spec, [3]).theta[0]!, -1);
    // From an empty state at step T + 1: c2 = 1 − β2^(T + 1), by its series in powers of T·ln β2.
    const T = 2 ** 18;
    const c2 = -Math.expm1((T + 1) * Math.log1p(-(2 ** -20)));
    const { effective } = trace(dtype, spec, [3], 0, T);
    near(effective[0]!, Math.sqrt(c2) / (3 * Math.sqrt(2 ** -20)));
  });

  test(`${dtype} amsgrad: the largest of v as it is, corrected afterwards`, () => {
    // v = (1 − β2)G², then it would fall: v̂ = (1 − β2)G²/(1 − β2²) = G²/(1 + β2). The largest corrected v is G².
    const [beta1, beta2] = [0.5, 0.25];
    const spec = amsgrad({ learningRate: 1, beta1, beta2, epsilon: 0 });
    const { theta, effective } = trace(dtype, spec, [8, 0]);
    near(effective[1]!, Math.sqrt(1 + beta2) / 8);
    near(theta[1]!, -1 - ((beta1 * (1 - beta1)) / (1 - beta1 ** 2)) * Math.sqrt(1 + beta2));
    // Adam itself forgets.
    near(trace(dtype, { ...spec, amsgrad: false }, [8, 0]).effective[1]!, 1 / Math.sqrt(0.2) / 8);
  });

  test(`${dtype} weight decay: coupled in adam, decoupled and first in adamW, by the rate of the step`, () => {
    const options = { learningRate: 0.5, weightDecay: 0.5, epsilon: 0 };
    // Without gradient: coupled decay is the whole gradient, so the step is η; decoupled it shrinks θ.
    near(trace(dtype, adam(options), [0], 2).theta[0]!, 1.5);
    near(trace(dtype, adamW(options), [0], 2).theta[0]!, 1.5);
    near(trace(dtype, adam(options), [0], 8).theta[0]!, 7.5);
    near(trace(dtype, adamW(options), [0], 8).theta[0]!, 6);
    near(trace(dtype, adamW(options), [1], 8).theta[0]!, 5.5);
    near(trace(dtype, nadam({ ...options, decoupled: true }), [0], 8).theta[0]!, 6);
    near(trace(dtype, radam({ ...options, decoupled: true }), [0], 8).theta[0]!, 6);
    near(trace(dtype, lion({ learningRate: 0.5, weightDecay: 0.5 }), [-1], 8).theta[0]!, 6.5);
    // Adan divides.
    near(trace(dtype, adan(options), [0], 8).theta[0]!, 6.4);
    near(trace(dtype, adEMAMix(options), [0], 8).theta[0]!, 6);
    near(trace(dtype, adaBelief({ ...options, epsilon: 1e-8 }), [0], 8).theta[0]!, 6);
  });

  test(`${dtype} adamax: ε is in the maximum, and u is not corrected`, () => {
    const spec = adamax({ learningRate: 1, beta1: 0.5, beta2: 0.5, epsilon: 0.25 });
    const { theta, effective } = trace(dtype, spec, [1, 0, 0, 0]);
    near(theta[0]!, -0.8);
    // u = 1.25, 0.625, 0.3125, then |g| + ε = 0.25.
    effective.forEach((h, t) => {
      near(h, [0.8, 1.6, 3.2, 4][t]!);
    });
  });

  test(`${dtype} nadam: Π multiplies up, and is saved`, () => {
    const [beta1, psi] = [0.9, 0.5];
    const spec = nadam({ learningRate: 1, beta1, beta2: 0, epsilon: 0, momentumDecay: psi });
    // β2 = 0: v̂ = g² of this step. g = ±1, so the parts stand alone.
    const gradients = [1, -1, 1, 1, -1, 1];
    let [product, m, theta] = [1, 0, 0];
    const mu = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * psi));
    const expected = gradients.map((g, i) => {
      product *= mu(i + 1);
      m = beta1 * m + (1 - beta1) * g;
      theta -= ((1 - mu(i + 1)) / (1 - product)) * g + (mu(i + 2) / (1 - product * mu(i + 2))) * m;
      return theta;
    });
    let saved: Uint8Array | undefined;
    const run = { dtype, spec, shape: [1], start: [0] };
    const all = runOptimizer({
      ...{ ...run, gradients: gradients.map((g) => [g]) },
      onState: (t, state) => {
        if (t === 3) saved = state;
        return undefined;
      },
    });
    expected.forEach((value, t) => {
      near(all.steps[t]![0]!, value, `step ${t}`);
    });
    const rest = { ...run, start: [...all.steps[2]!], gradients: gradients.slice(3).map((g) => [g]), from: 3 };
    const restored = runOptimizer({ ...rest, onState: (t) => (t === 0 ? saved : undefined) });
    assert.equal(restored.steps, all.steps.slice(3));
    // Without the state that holds Π and m, it is another run.
    assert.not.equal(runOptimizer(rest).steps, all.steps.slice(3));
  });

  test(`${dtype} radam: takes over where ρ > 5, with ε inside the corrected scale`, () => {
    for (const beta2 of [0.999, 0.99, 0.9, 0.8, 0.7]) {
      const limit = 2 / (1 - beta2) - 1;
      const rho = (t: number): number => limit - (2 * t * beta2 ** t) / (1 - beta2 ** t);
      const spec = radam({ learningRate: 1, beta2, epsilon: 1 });
      let late = 0;
      trace(dtype, spec, new Array(40).fill(2)).effective.forEach((h, i) => {
        const [t, now] = [i + 1, rho(i + 1)];
        if (now <= 5) {
          near(h, 1, `β2 ${beta2}, step ${t}, ρ ${now}:`);
          return;
        }
        late++;
        const r = Math.sqrt(((now - 4) * (now - 2) * limit) / ((limit - 4) * (limit - 2) * now));
        const c2 = 1 - beta2 ** t;
        const expected = (r * Math.sqrt(c2)) / (2 * Math.sqrt(c2) + 1);
        // ρ cancels for β2 close to 1: a hundred thousand times the rounding of a double.
        assert.ok(Math.abs(h - expected) <= (dtype === 'f32' ? 1e-6 : 1e-11) * expected, `${h} for ${expected}`);
      });
      assert.ok(late > 0 && late < 40);
    }
    // β2 of two thirds or less: never.
    for (const h of trace(dtype, radam({ learningRate: 1, beta2: 0.66 }), new Array(40).fill(2)).effective) {
      near(h, 1);
    }
  });

  test(`${dtype} adaBelief: ε adds up in s; the deviation is from the new mean`, () => {
    // Zero gradients: s = ε(1 + β2 + …) = ε·c2/(1 − β2), so ŝ = ε/(1 − β2).
    const spec = adaBelief({ learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 0.01 });
    for (const h of trace(dtype, spec, [0, 0, 0, 0]).effective) near(h, 1 / (0.2 + 0.01));
    // g = 4: m = 2, s = ¼·2² + ε. From the old mean it would be ¼·4².
    near(trace(dtype, spec, [4]).effective[0]!, 1 / (Math.sqrt(1.01 / 0.25) + 0.01));
  });

  test(`${dtype} yogi: m and v start at the accumulator; v moves by (1 − β2)g²`, () => {
    const options = { learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 0.5, initialAccumulator: 4 };
    // No gradient: m = 2, m̂ = 4, v = 4, v̂ = 16.
    near(trace(dtype, yogi(options), [0]).theta[0]!, -4 / 4.5);
    // To climb, the mean starts there as well: θ rises.
    near(trace(dtype, yogi({ ...options, maximize: true }), [0]).theta[0]!, -4 / 4.5);
    // g² = 4 = v: unchanged; g² = 16: v = 4 + 4; g² = 1: v = 4 − ¼.
    for (const [g, v] of [
      [2, 4],
      [4, 8],
      [-4, 8],
      [1, 3.75],
    ] as const) {
      near(trace(dtype, yogi(options), [g]).effective[0]!, 1 / (Math.sqrt(v / 0.25) + 0.5), `g ${g}`);
    }
  });

  test(`${dtype} lion: the step mixes with β1, the mean with β2; the sign of 0 is 0`, () => {
    const spec = lion({ learningRate: 1, beta1: 0.5, beta2: 0.75 });
    assert.equal(trace(dtype, spec, [0, 0]).theta, [0, 0]);
    // m = ¼·8 = 2; then ½·2 − ½·2 = 0: it stays; mixed with β2 it would step.
    assert.equal(trace(dtype, spec, [8, -2]).theta, [-1, -1]);
    // m = ¾·2 − ¼·2 = 1; then ½·1 − ½·0.5 > 0.
    assert.equal(trace(dtype, spec, [8, -2, -0.5]).theta, [-1, -1, -2]);
  });

  test(`${dtype} adan: no difference at the first step; differences count by β2, not 1 − β2`, () => {
    const spec = adan({ learningRate: 1, beta1: 0.5, beta2: 0.25, beta3: 0.75, epsilon: 0 });
    const { theta, effective } = trace(dtype, spec, [2, 6]);
    // First: m̂ = 2, v̂ = 0, n̂ = 4.
    near(theta[0]!, -1);
    near(effective[0]!, 0.5);
    // δ = 4: m = ½ + 3, m̂ = 3.5/0.75; v = ¾·4, v̂ = 3/(1 − 1/16) = 3.2; n = ¾·1 + ¼(6 + 1)² = 13, n̂ = 13/(7/16).
    const h = 1 / Math.sqrt(13 / (7 / 16));
    near(effective[1]!, h);
    near(theta[1]!, -1 - h * (3.5 / 0.75 + 0.25 * 3.2));
  });

  test(`${dtype} adEMAMix: the slow mean is not corrected`, () => {
    const spec = adEMAMix({ learningRate: 1, beta3: 0.75, alpha: 2, epsilon: 0 });
    // m̂ = 4, s = 1, √v̂ = 4: −(4 + 2·1)/4. Corrected by c1 it would be −(4 + 2·10)/4.
    near(trace(dtype, spec, [4]).theta[0]!, -1.5);
  });

  test(`${dtype} adEMAMix: α and β3 come up in T steps and stay`, () => {
    const [beta1, beta3, alpha, T] = [0.9, 0.99, 2, 4];
    const spec = adEMAMix({ learningRate: 1, beta1, beta2: 0, beta3, alpha, T, epsilon: 0 });
    let [m, s, theta] = [0, 0, 0];
    const half = (beta: number): number => Math.log(0.5) / Math.log(beta);
    trace(dtype, spec, [1, 1, -1, 1, -1, 1, 1]).theta.forEach((found, i) => {
      const t = i + 1;
      const g = [1, 1, -1, 1, -1, 1, 1][i]!;
      // The half-life comes up linearly from that of β1 to that of β3.
      const b = t < T ? 0.5 ** (1 / (half(beta1) + (half(beta3) - half(beta1)) * (t / T))) : beta3;
      m = beta1 * m + (1 - beta1) * g;
      s = b * s + (1 - b) * g;
      theta -= m / (1 - beta1 ** t) + Math.min(t / T, 1) * alpha * s;
      near(found, theta, `step ${t}`);
    });
  });

  test(`${dtype}: a gradient whose square overflows stops its parameter, and no other`, () => {
    const huge = dtype === 'f32' ? 1e25 : 1e200;
    const specs = [adam(1), amsgrad(1), adamW({ learningRate: 1, weightDecay: 0 }), nadam(1), adaBelief(1), yogi(1)];
    for (const spec of [...specs, adan(1), adEMAMix(1)]) {
      const run = {
        dtype,
        spec,
        shape: [2],
        start: [1, 1],
        gradients: [
          [huge, 1],
          [1, 1],
          [1, 1],
        ],
      };
      const { steps } = runOptimizer(run);
      for (const [first, second] of steps) {
        assert.is(first, 1, spec.kind);
        assert.ok(second! < 1, spec.kind);
      }
    }
    // No square, no overflow.
    for (const spec of [adamax({ learningRate: 1, epsilon: 0 }), lion(1)]) {
      near(trace(dtype, spec, [huge], 1).theta[0]! - 1, -1, spec.kind);
    }
  });
}

test.run();
