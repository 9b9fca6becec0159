/** Penalties by themselves: proximal steps by golden operators and by their optimality, values and gradients by formula. */
import { readFileSync } from 'node:fs';
import {
  box,
  elasticNet,
  groupLasso,
  l1,
  l2,
  maxNorm,
  nonNegative,
  type PenaltySpec,
  penaltyGradient,
  penaltyValue,
  proximal,
  type RegularizerSpec,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unit } from '../helpers/numbers.ts';
import { offOptimum } from '../helpers/optimality.ts';
import { source } from '../helpers/points.ts';
import { throws } from '../throws.ts';

interface Operator {
  readonly kind: string;
  readonly v: number[];
  readonly shape?: readonly [number, number];
  readonly step?: number | number[];
  readonly groups?: number[][];
  readonly lam?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly c?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly result: readonly number[];
}

const { operators } = JSON.parse(readFileSync('test/golden/classic.json', 'utf8')) as { operators: Operator[] };

const specs: Readonly<Record<string, (operator: Operator) => RegularizerSpec>> = {
  prox_l1: ({ lam }) => l1(lam!),
  prox_l1_scaled: ({ lam }) => l1(lam!),
  prox_l2: ({ lam }) => l2(lam!),
  prox_elastic_net: (operator) => elasticNet({ l1: operator.l1!, l2: operator.l2! }),
  prox_group_lasso: ({ lam, groups }) => groupLasso({ lambda: lam!, groups: groups! }),
  max_norm: ({ c }) => maxNorm(c!),
  box: ({ lower, upper }) => box({ lower: lower!, upper: upper! }),
  non_negative: () => nonNegative(),
};

test('golden operators, f64 and f32', () => {
  assert.is(operators.length, 11);
  for (const operator of operators) {
    const { kind, v, shape, step = 1, result } = operator;
    const spec = specs[kind]!(operator);
    const given = shape ? { data: v, shape } : v;
    const exact = proximal(spec, given, step);
    result.forEach((expected, i) => {
      assert.ok(Math.abs(exact[i]! - expected) <= 1e-15 * Math.max(1, Math.abs(expected)), `${kind}: ${exact[i]}`);
      assert.is(exact[i] === 0, expected === 0);
    });
    if (shape) continue;
    const single = proximal(spec, Float32Array.from(v), step);
    assert.instance(single, Float32Array);
    result.forEach((expected, i) => {
      const bound = 4 * unit.f32 * Math.max(1, Math.abs(v[i]!));
      assert.ok(Math.abs(single[i]! - expected) <= bound, `${kind}: ${single[i]} for ${expected}`);
    });
  }
});

/** Every regularizer by itself, and what they make together, on 6 features. */
const cases: Readonly<Record<string, readonly RegularizerSpec[]>> = {
  l1: [l1(0.5)],
  'l1 of some features': [l1({ lambda: 0.5, features: [4, 1] })],
  l2: [l2(0.3)],
  elasticNet: [elasticNet({ l1: 0.4, l2: 0.7 })],
  'elastic net in two': [l2({ lambda: 0.7, features: [0, 1, 2] }), l1(0.4)],
  'groupLasso, a group each': [groupLasso(0.6)],
  'groupLasso of some features': [groupLasso({ lambda: 0.6, features: [5, 0] })],
  'groupLasso, groups': [groupLasso({ lambda: 0.6, groups: [[0, 3], [5], [1, 2]] })],
  'groupLasso, size left out': [groupLasso({ lambda: 0.9, groups: [[0, 3, 4], [5]], scaleBySize: false })],
  'groupLasso of 0': [groupLasso(0)],
  nonNegative: [nonNegative()],
  'nonNegative of some features': [nonNegative({ features: [1, 5] })],
  box: [box({ lower: -0.3, upper: 0.4 })],
  'box without zero': [box({ lower: 0.2, upper: 0.4 })],
  'box of some features': [box({ lower: 0.2, features: [2, 3] })],
  'l1, nonNegative': [nonNegative(), l1(0.3)],
  'elasticNet, box': [box({ upper: 0.5 }), elasticNet({ l1: 0.3, l2: 0.2 })],
  'sparse groups': [
    groupLasso({
      lambda: 0.3,
      groups: [
        [0, 3, 4],
        [5, 1],
      ],
    }),
    l1(0.2),
  ],
  'sparse groups ≥ 0': [
    groupLasso({
      lambda: 0.3,
      groups: [
        [0, 3, 4],
        [5, 1],
      ],
    }),
    nonNegative(),
    l1(0.2),
  ],
};

const rigid: Readonly<Record<string, readonly RegularizerSpec[]>> = {
  'groups and squares': [
    l2(0.4),
    groupLasso({
      lambda: 0.3,
      groups: [
        [0, 3, 4],
        [5, 1],
      ],
    }),
    l1(0.2),
    nonNegative(),
  ],
  maxNorm: [maxNorm(0.7)],
  'maxNorm of some features': [maxNorm({ max: 0.7, features: [0, 5] })],
  'maxNorm, l1, ≥ 0': [maxNorm(0.7), l1(0.2), nonNegative()],
  'maxNorm, elasticNet': [maxNorm(0.7), elasticNet({ l1: 0.1, l2: 0.2 })],
};

test('a proximal step is the optimum of what defines it', () => {
  const next = source(11);
  let zeros = 0;
  for (const [name, list] of Object.entries({ ...cases, ...rigid })) {
    for (const outputs of [1, 2, 5]) {
      for (let turn = 0; turn < 40; turn++) {
        const v = Array.from({ length: outputs }, () => Array.from({ length: 6 }, () => 4 * next() - 2));
        const several = turn % 2 === 1 && !(name in rigid);
        const step = several ? v.flat().map(() => 0.05 + 2 * next()) : 0.05 + 2 * next();
        const flat = proximal(list, outputs === 1 ? v[0]! : v, step);
        const theta = v.map((_, k) => [...flat.subarray(k * 6, k * 6 + 6)]);
        const h = (k: number, j: number): number => (typeof step === 'number' ? step : step[k * 6 + j]!);
        const s = v.map((row, k) => row.map((value, j) => (value - theta[k]![j]!) / h(k, j)));
        const off = offOptimum(list, theta, s);
        assert.ok(off <= 1e-12, `${name}, ${outputs} outputs: ${off}`);
        for (const value of flat) {
          assert.not.ok(Object.is(value, -0));
          zeros += Number(value === 0);
        }
      }
    }
  }
  assert.ok(zeros > 1000);
});

test('a step of zero is the projection alone; of two penalties of one kind the strengths add up', () => {
  const v = [3, -4, 0, 1, -2, 0.5];
  for (const list of Object.values(cases)) {
    const kept = list.filter(({ kind }) => kind === 'box' || kind === 'nonNegative');
    const expected = kept.length > 0 ? proximal(kept, v, 1) : Float64Array.from(v);
    assert.equal(proximal(list, v, 0), expected);
    assert.equal(
      proximal(
        list,
        v,
        v.map(() => 0),
      ),
      expected,
    );
  }
  assert.equal(proximal([l1(0.25), l1(0.5)], v, 2), proximal(l1(0.75), v, 2));
  const ball = proximal(maxNorm(1), v, 2);
  proximal([maxNorm(2), maxNorm(1)], v, 2).forEach((value, i) => {
    assert.ok(Math.abs(value - ball[i]!) <= 4e-16);
  });
});

test('groups: equal steps are one step; some steps of zero hold their parameters', () => {
  const v = [3, -4, 1e-3, 1];
  const spec = groupLasso({
    lambda: 1,
    groups: [
      [0, 1],
      [2, 3],
    ],
  });
  const one = proximal(spec, v, 0.5);
  proximal(spec, v, [0.5, 0.5, 0.5, 0.5]).forEach((value, i) => {
    assert.ok(Math.abs(value - one[i]!) <= 4e-16 * Math.abs(v[i]!));
  });
  // ν = ‖θ‖ solves (3ν/(ν + w))² + 4² = ν², w = √2/2: the second coefficient does not move.
  const [moved, held] = proximal(spec, v, [0.5, 0, 1, 1]);
  assert.is(held, -4);
  const length = Math.hypot(moved!, held!);
  assert.ok(Math.abs((3 - moved!) / 0.5 - (Math.SQRT2 * moved!) / length) <= 1e-14);
});

test('values and gradients by formula', () => {
  const next = source(5);
  const theta = Array.from({ length: 3 }, () => Array.from({ length: 6 }, () => 2 * next() - 1));
  theta[1]![2] = 0;
  for (const row of theta) row[4] = 0;
  const norm = (columns: readonly number[]): number =>
    Math.hypot(...columns.flatMap((j) => theta.map((row) => row[j]!)));
  const sum = (f: (value: number) => number, columns: readonly number[] = [0, 1, 2, 3, 4, 5]): number =>
    columns.reduce((total, j) => total + theta.reduce((all, row) => all + f(row[j]!), 0), 0);
  const square = (value: number): number => value * value;
  const expected: readonly (readonly [PenaltySpec, number])[] = [
    [l1(0.5), 0.5 * sum(Math.abs)],
    [l1({ lambda: 0.5, features: [4, 1] }), 0.5 * sum(Math.abs, [1, 4])],
    [l2(0.3), 0.3 * sum(square)],
    [elasticNet({ l1: 0.1, l2: 0.2, features: [0] }), 0.1 * sum(Math.abs, [0]) + 0.2 * sum(square, [0])],
    [groupLasso(0.5), 0.5 * Math.sqrt(3) * [0, 1, 2, 3, 4, 5].reduce((all, j) => all + norm([j]), 0)],
    [groupLasso({ lambda: 0.5, groups: [[0, 5, 4], [1]] }), 0.5 * (3 * norm([0, 4, 5]) + Math.sqrt(3) * norm([1]))],
    [groupLasso({ lambda: 0.5, groups: [[0, 5, 4], [1]], scaleBySize: false }), 0.5 * (norm([0, 4, 5]) + norm([1]))],
  ];
  for (const [spec, value] of expected) {
    assert.ok(Math.abs(penaltyValue(spec, theta) - value) <= 1e-15 * 20, spec.kind);
    const gradient = penaltyGradient(spec, theta);
    theta.forEach((row, k) => {
      row.forEach((center, j) => {
        // A kink has the subgradient 0; elsewhere central differences.
        const at = (by: number): number =>
          penaltyValue(
            spec,
            theta.map((each, m) => each.map((value, i) => (m === k && i === j ? value + by : value))),
          );
        const slope = center === 0 ? 0 : (at(1e-5) - at(-1e-5)) / 2e-5;
        assert.ok(Math.abs(gradient[k * 6 + j]! - slope) <= 1e-9, `${spec.kind} ${k} ${j}`);
      });
    });
  }
  assert.is(penaltyValue([l1(1), l2(1)], [3, -4]), 7 + 25);
  assert.equal(penaltyGradient([l1(1), l2(1)], [3, -4]), Float64Array.of(7, -9));
  assert.equal(penaltyGradient(groupLasso({ lambda: 1, groups: [[0, 1]] }), [0, 0]), Float64Array.of(0, 0));
});

test('zero norms, the smallest and the largest numbers', () => {
  const both = groupLasso({ lambda: 1, groups: [[0, 1]], scaleBySize: false });
  const tiny = Number.MIN_VALUE;
  assert.equal(proximal(both, [0, -0], 1), Float64Array.of(0, 0));
  assert.equal(proximal(both, [0, -0], [1, 2]), Float64Array.of(0, 0));
  assert.equal(proximal(both, [tiny, -tiny], 1), Float64Array.of(0, 0));
  assert.equal(proximal(both, [3 * tiny, -4 * tiny], 0), Float64Array.of(3 * tiny, -4 * tiny));
  assert.is(penaltyValue(both, [3 * tiny, 4 * tiny]), 5 * tiny);
  assert.equal(penaltyGradient(both, [3 * tiny, 4 * tiny]), Float64Array.of(3 / 5, 4 / 5));
  assert.equal(penaltyGradient(both, [3e-200, 4e-200]), Float64Array.of(3 / 5, 4 / 5));
  assert.ok(Math.abs(penaltyValue(both, [3e300, 4e300]) / 5e300 - 1) <= 4e-16);
  const far = proximal(maxNorm(5), [3e300, 4e300], 1);
  assert.ok(Math.abs(far[0]! - 3) <= 1e-15 && Math.abs(far[1]! - 4) <= 1e-15);
  assert.equal(proximal(maxNorm(5), [0, 0], 1), Float64Array.of(0, 0));
  assert.equal(proximal(maxNorm(tiny), [tiny, 0], 1), Float64Array.of(tiny, 0));
  for (const step of [1e-310, [1e-310, 1e-320]]) {
    const near = proximal(both, [1e-310, 2e-310], step);
    assert.ok(near.every(Number.isFinite) && near[1]! > 0);
  }
  // What is not a number stays visible.
  assert.ok(proximal(both, [Number.NaN, 1], 1).every(Number.isNaN));
  assert.ok(proximal(both, [Number.NaN, 1], [1, 1]).every(Number.isNaN));
  assert.ok(proximal(maxNorm(1), [Number.NaN, 1], 1).every(Number.isNaN));
  assert.ok(Number.isNaN(proximal(maxNorm(1), [Infinity, 1], 1)[0]));
});

test('what cannot be meant', () => {
  throws(
    () => penaltyValue(nonNegative() as never, [1]),
    'ERR_ARGUMENT',
    'penalty: unknown kind nonNegative; there are l1, l2, elasticNet, groupLasso',
  );
  throws(
    () => proximal(l1(1), [1, 2], [1]),
    'ERR_SHAPE',
    'step: expected one number or 2, one for each parameter, got 1',
  );
  throws(() => proximal(l1(1), [1, 2], [1, -1]), 'ERR_ARGUMENT', 'step[1] must be a number ≥ 0, got -1');
  throws(() => proximal(l1(1), [1, 2], Infinity), 'ERR_ARGUMENT', 'step must be a number ≥ 0, got Infinity');
  throws(() => proximal([], [1], 1), 'ERR_ARGUMENT', 'regularizer: expected a regularizer or a list, got none');
  throws(
    () => proximal(l1(1), [], 1),
    'ERR_SHAPE',
    'parameters: expected a typed array, an array of numbers or rows of them, not empty',
  );
  throws(
    () => penaltyValue(l1({ lambda: 1, features: [0, 2] }), [1, 2]),
    'ERR_ARGUMENT',
    'l1: features: expected indices below 2, the number of features, got 2',
  );
  throws(
    () => penaltyValue(l1({ lambda: 1, features: ['age'] }), [1, 2]),
    'ERR_ARGUMENT',
    'l1: features: unknown feature "age"; featureNames of the model are not set',
  );
});

test.run();
