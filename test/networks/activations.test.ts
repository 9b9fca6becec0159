/** Activations within networks: as options and as layers, before dense layers, branches and the end. */
import {
  type ActivationName,
  add,
  branches,
  dense,
  elu,
  gelu,
  hardTanh,
  initializers,
  input,
  type LayerLike,
  leakyRelu,
  meanSquaredError,
  mlp,
  type Network,
  network,
  relu,
  residual,
  selu,
  sequential,
  sgd,
  softmax,
  softplus,
  swish,
  tanh,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { networkBits, rowsOf } from '../helpers/network.js';
import { differences } from '../helpers/network-gradient.js';

const { x, y, three } = rowsOf(12, 3);
const f64 = { dtype: 'f64', loss: meanSquaredError() } as const;

/** Fits no step, so that parameters are there. */
function started(model: Network, targets: unknown): Network {
  model.fitSync(x, targets as never, { optimizer: sgd(0), epochs: 1, seed: 5 });
  return model;
}

function check(model: Network, targets: unknown = three, what = ''): void {
  const { error, largest } = differences(started(model, targets), x, targets);
  assert.ok(error < 1e-8, `${what} ${error}`);
  assert.ok(largest > 1e-3, what);
}

const names: readonly ActivationName[] = [
  ...(['relu', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'swish', 'mish', 'softplus', 'tanh', 'sigmoid'] as const),
  ...(['hardSigmoid', 'hardTanh', 'hardSwish', 'softmax'] as const),
];

for (const activation of names) {
  test(`${activation}: central differences within a network, last too`, () => {
    check(mlp({ inputs: 3, hidden: [5, 4], outputs: 3, activation, ...f64 }), three, 'hidden');
    check(sequential([dense(5), dense({ units: 3, activation })], f64), three, 'last of three');
    if (activation !== 'softmax') check(sequential([dense({ units: 1, activation })], f64), y, 'last of one');
  });
}

test('with options: by spec, by layer, as plain data', () => {
  const all: [LayerLike, LayerLike][] = [
    [dense({ units: 4, activation: leakyRelu(0.3) }), leakyRelu(0.3)],
    [dense({ units: 4, activation: elu(0.5).spec }), elu(0.5)],
    [dense({ units: 4, activation: softplus(2) }), softplus(2)],
    [dense({ units: 4, activation: 'selu' }), selu()],
    [dense({ units: 4, activation: 'swish' }), swish()],
    [dense({ units: 4, activation: hardTanh({ min: -0.2, max: 0.3 }) }), hardTanh({ min: -0.2, max: 0.3 })],
    [dense({ units: 4, activation: gelu('tanh') }), gelu('tanh')],
  ];
  for (const [option, layer] of all) {
    const first = sequential([option, dense(3)], f64);
    const second = sequential([dense(4), layer, dense(3)], f64);
    const third = sequential(JSON.parse(JSON.stringify([option, dense(3)])) as LayerLike[], f64);
    check(first);
    for (const other of [second, third]) {
      assert.is(networkBits(started(other, three)), networkBits(first));
      assert.equal(other.predictRaw(x), first.predictRaw(x));
    }
  }
});

test('where the layer behind does not multiply by the slope', () => {
  // Two takers and more: branches, a sum.
  const from = input(3);
  const hidden = dense({ units: 4, activation: 'tanh' })(from);
  check(network(from, dense(3)(branches([[dense(2)], [gelu()], []])(hidden)), f64));
  const other = dense({ units: 4, activation: 'elu' })(hidden);
  check(network(from, dense({ units: 3, activation: 'sigmoid' })(add()(hidden, other)), f64));
  check(sequential([dense(4), residual([dense({ units: 4, activation: 'softplus' })]), dense(3)], f64));
  check(sequential([dense({ units: 4, activation: 'softplus' }), softmax(), dense(3)], f64));
  check(
    sequential(
      [dense({ units: 4, activation: 'tanh' }), relu(), relu(), dense({ units: 3, activation: 'elu' }), tanh()],
      f64,
    ),
  );
});

test('the summary names the activation', () => {
  const text = sequential(
    [input(3), dense({ units: 4, activation: 'selu' }), dense({ units: 3, activation: 'gelu' })],
    f64,
  ).summary();
  assert.match(text, /dense1 \+ selu/);
  assert.match(text, /dense2\.gelu/);
});

test('weights start by what follows them', () => {
  const spread = (activation: ActivationName, kernelInitializer: initializers.Initializer | null = null): number => {
    const layer = dense({ units: 64, activation, kernelInitializer });
    const model = sequential([layer, dense(1)], f64);
    const rows = [Array.from({ length: 100 }, () => 1)];
    model.fitSync(rows, [1], { optimizer: sgd(0), epochs: 1, seed: 2 });
    const w = model.parameters['dense1.weight']!;
    return Math.sqrt((w as Float64Array).reduce((sum, v) => sum + v * v, 0) / w.length);
  };
  const near = (found: number, variance: number): void =>
    assert.ok(Math.abs(found ** 2 / variance - 1) < 5 * Math.sqrt(2 / 6400), `${found ** 2} for ${variance}`);
  for (const name of ['relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'swish', 'mish', 'softplus', 'hardSwish'] as const) {
    near(spread(name), 2 / 100);
  }
  near(spread('selu'), 1 / 100);
  for (const name of ['tanh', 'sigmoid', 'softmax', 'hardTanh', 'hardSigmoid'] as const) near(spread(name), 2 / 164);
  near(spread('tanh', 'heNormal'), 2 / 100);
  near(spread('relu', initializers.constant(0.5)), 0.25);
});

test.run();
