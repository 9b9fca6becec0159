/** Networks from layers: names, shapes, joins, shared layers, what they say of themselves. */
import {
  adam,
  dense,
  input,
  type LayerLike,
  meanSquaredError,
  mlp,
  type Network,
  type Node,
  network,
  sequential,
  sgd,
  softmaxCrossEntropy,
} from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Engine } from '#src/memory/engine.js';
import { networkBits, rowsOf } from '../helpers/network.js';
import { throws } from '../throws.js';

const { x, y, three, ternary } = rowsOf(60, 3);
const f64 = { dtype: 'f64', loss: meanSquaredError() } as const;
const fit = { optimizer: adam(0.01), epochs: 3, batchSize: 16, seed: 3 } as const;

test('one network, said in three ways, has the same bits', () => {
  const first = mlp({ inputs: 3, hidden: [5, 4], outputs: 1, activation: 'tanh', loss: meanSquaredError() });
  const layers = [dense({ units: 5, activation: 'tanh' }), dense({ units: 4, activation: 'tanh' }), dense(1)];
  const from = input(3);
  const functional = layers.reduce((value: Node, layer) => layer(value), from);
  const all = [
    first,
    sequential(layers, { loss: meanSquaredError() }),
    sequential([input(3), ...layers], { loss: meanSquaredError() }),
    network(from, functional, { loss: meanSquaredError() }),
    sequential(JSON.parse(JSON.stringify(layers)) as LayerLike[], { loss: meanSquaredError() }),
  ];
  for (const model of all) model.fitSync(x, y, fit);
  for (const model of all) assert.is(networkBits(model), networkBits(first));
  assert.equal(all.at(-2)!.clone().spec, all.at(-2)!.spec);
});

test('specs are plain data and can be read', () => {
  const layer = dense({ units: 4, activation: 'relu', name: 'top' });
  assert.is(layer.units, 4);
  assert.is(layer.kind, 'dense');
  assert.equal(JSON.parse(JSON.stringify(layer)), {
    kind: 'dense',
    units: 4,
    activation: 'relu',
    bias: true,
    name: 'top',
    ...('kernelInitializer' in layer ? { kernelInitializer: null, biasInitializer: null } : {}),
  });
  const { layers } = sequential([layer], f64).spec;
  assert.equal(structuredClone(layers), layers);
});

test('names: kind and number, or their own', () => {
  const model = sequential([dense({ units: 4, name: 'top' }), dense(3), dense({ units: 1, bias: false })], f64);
  model.fitSync(x, y, fit);
  assert.equal(Object.keys(model.parameters), [
    'top.weight',
    'top.bias',
    'dense1.weight',
    'dense1.bias',
    'dense2.weight',
  ]);
  throws(
    () => sequential([input(3), dense({ units: 4, name: 'a' }), dense({ units: 4, name: 'a' })], f64),
    'ERR_ARGUMENT',
    'a: two layers have this name',
  );
  throws(
    () => dense({ units: 4, name: 'a.b' }),
    'ERR_ARGUMENT',
    'dense: name must be a name without a dot or null, got "a.b"',
  );
});

test('a layer that is called twice has one set of parameters, whose gradient is the sum', () => {
  // f(f(x)) with weights w: the derivative of (w·w·x − t)² with respect to w is 2(w²x − t)·2wx.
  const shared = dense({ units: 1, bias: false });
  const from = input(1);
  const model = network(from, shared(shared(from)), f64);
  const [at, target, rate] = [1.5, 0.7, 0.01];
  model.fitSync([[at]], [target], { optimizer: sgd(0), epochs: 1 });
  assert.equal(Object.keys(model.parameters), ['dense1.weight']);
  const w = 0.8;
  model.parameters = { 'dense1.weight': [w] };
  model.fitSync([[at]], [target], { optimizer: sgd(rate), epochs: 1, continue: true });
  const expected = w - rate * 2 * (w * w * at - target) * 2 * w * at;
  assert.ok(Math.abs(model.parameters['dense1.weight']![0]! - expected) < 1e-15);
  const wide = dense(2);
  const from3 = input(3);
  throws(
    () => network(from3, wide(wide(from3)), f64),
    'ERR_SHAPE',
    'dense1: expected [3] as at its first use, got [2]',
  );
});

test('what cannot be joined', () => {
  const from = input(3);
  const other = input(3);
  throws(
    () => network(from, dense(1)(other)),
    'ERR_ARGUMENT',
    'network: an input is not the one that network was given',
  );
  throws(() => network(from, from), 'ERR_ARGUMENT', 'network: there is no layer between input and output');
  throws(() => network(3 as never, dense(1)(from)), 'ERR_ARGUMENT', 'network: x must be what input(…) returns');
  throws(() => network(from, 3 as never), 'ERR_ARGUMENT', 'network: y must be what a layer returns');
  throws(() => dense(1)(x as never), 'ERR_ARGUMENT', 'dense: expected what a layer or input(…) returns, got object');
  throws(
    () => dense(1)(from, from) && network(from, dense(1)(from, from)),
    'ERR_ARGUMENT',
    'dense1: expected one input, got 2',
  );
  throws(() => dense(0), 'ERR_ARGUMENT', 'dense: units must be an integer ≥ 1, got 0');
  throws(() => input(), 'ERR_ARGUMENT', 'input: expected sizes, such as input(28, 28, 1)');
  throws(() => input(28, 0), 'ERR_ARGUMENT', 'input: size 2 must be an integer ≥ 1, got 0');
  throws(
    () => sequential([]),
    'ERR_ARGUMENT',
    'sequential: layers must be a non-empty list of layers, got an array of length 0',
  );
  throws(
    () => sequential([dense(1), input(3)]),
    'ERR_ARGUMENT',
    'sequential: layers[1] must be a layer such as dense(…), got a Node',
  );
  throws(
    () => sequential([dense(1)], { los: 1 } as never),
    'ERR_ARGUMENT',
    'sequential: unknown option los; did you mean loss?',
  );
  const spec = { input: [3], layers: [dense(1).spec], steps: [{ layer: 0, inputs: [1] }] };
  const make = network(from, dense(1)(from)).constructor as new (kind: string, options: object) => Network;
  throws(
    () => new make('network', spec),
    'ERR_ARGUMENT',
    'network: steps must be a list of { layer, inputs }, inputs from before, got an array of length 1',
  );
  throws(
    () => sequential([input(3), dense(2)], f64).fitSync([[1, 2]], [1]),
    'ERR_SHAPE',
    'features: expected 3 columns, the inputs of sequential, got 2',
  );
});

test('summary: layers, shapes, parameters', () => {
  const model = sequential([input(3), dense({ units: 5, activation: 'relu' }), dense(2)], f64);
  const printed: string[] = [];
  const text = model.summary((line) => printed.push(line));
  assert.equal(printed, [text]);
  assert.equal(
    text.split('\n').filter((line) => !line.startsWith('─')),
    [
      'layer          output shape  parameters',
      'input          [3]                    0',
      'dense1 + relu  [5]                   20',
      'dense2         [2]                   12',
      'parameters: 32',
    ],
  );
  const unknown = sequential([dense(1)], f64);
  throws(
    () => unknown.summary(null),
    'ERR_ARGUMENT',
    'summary: sequential does not know its input yet: begin with input(…), or fit it',
  );
  unknown.fitSync(x, y, fit);
  assert.match(unknown.summary(null), 'parameters: 4');
});

test('memory is what a fit takes beside its data, to 10 %', () => {
  const engine = new Engine();
  const sizes = { inputs: 200, hidden: [120, 60], outputs: 3, engine } as const;
  const model = mlp({ ...sizes, loss: softmaxCrossEntropy() });
  const rows = Array.from({ length: 256 }, (_, i) => Array.from({ length: 200 }, (_, j) => Math.sin(i * j)));
  const labels = rows.map((_, i) => i % 3);
  for (const batchSize of [16, 64, 128]) {
    let used = 0;
    const look = (): void => {
      used = engine.arena.used;
    };
    model.fitSync(rows, labels, { batchSize, epochs: 1, maxSteps: 2, onStep: look });
    const data = 256 * (200 * 4 + 4);
    const said = model.memory(batchSize);
    assert.ok(Math.abs(said / (used - data) - 1) < 0.1, `${batchSize}: ${said} said, ${used - data} taken`);
    const looking = model.memory(batchSize, { training: false });
    assert.ok(looking < said / 2, `${looking} of ${said} without training`);
  }
  assert.is(engine.arena.used, 0);
  const digits = mlp({ inputs: 784, hidden: [256, 128], outputs: 10, loss: softmaxCrossEntropy() });
  assert.ok(digits.memory(128) <= 8e6, `${digits.memory(128)} bytes`);
  throws(() => model.memory(0), 'ERR_ARGUMENT', 'memory: batchSize must be an integer ≥ 1, got 0');
});

test('statistics of layers: activations, gradients, updates', () => {
  const model = sequential([input(3), dense({ units: 4, activation: 'relu' }), dense(3)], {
    dtype: 'f64',
    loss: meanSquaredError(),
  });
  model.fitSync(x, three, { optimizer: sgd(0.1), epochs: 1, batchSize: 60 });
  const weight = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i + 1));
  // The bias of unit 2 is far below zero: it is dead.
  model.parameters = { 'dense1.weight': weight, 'dense1.bias': [0, 0, -100, 0] };
  const before = networkBits(model);
  const hidden = x.flatMap((row) =>
    [0, 1, 2, 3].map((k) => {
      const z = row.reduce((sum, v, j) => sum + v * weight[3 * k + j]!, k === 2 ? -100 : 0);
      return Math.max(0, z);
    }),
  );
  const mean = hidden.reduce((a, b) => a + b, 0) / hidden.length;
  const deviation = Math.sqrt(hidden.reduce((a, b) => a + (b - mean) ** 2, 0) / hidden.length);
  const [first, second] = model.statistics(x, three, { optimizer: sgd(0.1) });
  assert.is(networkBits(model), before);
  assert.is(first!.layer, 'dense1');
  assert.ok(Math.abs(first!.activation.mean - mean) < 1e-12);
  assert.ok(Math.abs(first!.activation.deviation - deviation) < 1e-12);
  assert.is(first!.activation.dead, 0.25);
  assert.is(second!.activation.dead, 0);
  // A step of gradient descent is the rate times the gradient.
  const old = model.parameters['dense2.weight']!.slice();
  model.fitSync(x, three, { optimizer: sgd(0.1), epochs: 1, batchSize: 60, continue: true });
  const moved = Array.from(model.parameters['dense2.weight']!, (v, i) => v - old[i]!);
  const size = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));
  const of = second!.parameters.weight!;
  assert.ok(Math.abs(of.updateRatio - size(moved) / size(old)) < 1e-12);
  const gradient = moved.map((v) => v / -0.1);
  const mid = gradient.reduce((a, b) => a + b, 0) / gradient.length;
  assert.ok(Math.abs(of.gradient.mean - mid) < 1e-12);
  assert.throws(() => sequential([dense(1)], f64).statistics(x, y), /statistics needs a fitted model/);
  const many = Array.from({ length: 4097 }, () => [1, 2, 3]);
  throws(() => model.statistics(many, many), 'ERR_ARGUMENT', 'statistics: expected at most 4096 rows, got 4097');
  assert.ok(model.statistics(x, three).length === 2);
});

test('labels of classes through sequential', () => {
  const model = sequential([dense({ units: 8, activation: 'tanh' }), dense(3)], { loss: softmaxCrossEntropy() });
  model.fitSync(x, ternary, { optimizer: adam(0.03), epochs: 60 });
  const right = (model.predict(x) as number[]).filter((label, i) => label === ternary[i]).length;
  assert.ok(right >= 54, `${right} of 60`);
});

test.run();
