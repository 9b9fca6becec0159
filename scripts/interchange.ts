/**
 * What others make of our files: ONNX Runtime predicts from exported models, the checker of ONNX (Debian's python3-onnx, where
 * it is installed) looks at them, and the parser of Hugging Face reads a model and a checkpoint. Ends with `N passed, N failed`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { output, requireTool, root } from './runtimes.ts';

// biome-ignore lint/suspicious/noExplicitAny: the package as it is built
type Any = any;

const from = (name: string): Promise<Any> => import(join(root, 'dist', `${name}.js`));
const [downhill, store, onnx]: Any[] = await Promise.all([from('index'), from('store'), from('onnx')]);

let passed = 0;
let failed = 0;
function say(right: boolean, text: string): void {
  if (right) passed++;
  else failed++;
  console.log(`${right ? 'ok  ' : 'FAIL'} ${text}`);
}

const ROWS = 60;
const x = Array.from({ length: ROWS }, (_, i) => [Math.sin(i), Math.cos(2 * i) * 3 + 5, (i % 7) - 2]);
const y = x.map(([a, b, c]) => a! - 0.5 * b! + 0.3 * c! * a!);
const two = y.map((value) => (value > -2 ? 'yes' : 'no'));
const three = y.map((value) => (value < -3 ? 'a' : value < -2 ? 'b' : 'c'));
const counts = y.map((value) => Math.round(5 * Math.exp(value / 3)));

function models(): [name: string, model: Any, y: unknown, options?: object][] {
  const d = downhill;
  const steps = { optimizer: d.adam(0.02), epochs: 20 };
  const network = { inputs: 3, hidden: [8, 4] };
  const loss = d.meanSquaredError();
  const image = [
    d.reshape([3, 1, 1]),
    d.conv2d({ filters: 6, kernelSize: [2, 1], padding: 'same', activation: 'relu' }),
    d.batchNorm(),
    d.depthwiseConv2d({ kernelSize: [3, 1], padding: 'same', multiplier: 2, activation: 'gelu' }),
    d.maxPool2d({ poolSize: [2, 1], strides: 1, padding: 'same' }),
    d.averagePool2d({ poolSize: [2, 1], strides: 1, padding: 'same' }),
    d.conv2d({ filters: 4, kernelSize: [2, 1], groups: 2, dilation: [1, 1], strides: [2, 1] }),
  ];
  const sequence = [
    d.reshape([3, 1]),
    d.conv1d({ filters: 5, kernelSize: 2, padding: 1, activation: 'tanh' }),
    d.maxPool1d({ poolSize: 2, strides: 1 }),
    d.dense(4),
    d.layerNorm(),
    d.averagePool1d({ poolSize: 2, strides: 1 }),
    d.globalMaxPool(),
  ];
  const activations = [
    'leakyRelu',
    'elu',
    'selu',
    'gelu',
    'silu',
    'softplus',
    'mish',
    'hardSwish',
    'hardSigmoid',
    'hardTanh',
  ];
  const joined = (): Any => {
    const x = d.input(3);
    const a = d.dense({ units: 4, activation: 'relu' })(x);
    const b = d.rmsNorm()(d.dense(4)(a));
    return d.network(x, d.dense(1)(d.concatenate()(d.add()(a, b), d.softmax()(b))), { loss });
  };
  return [
    ['linear', d.linearRegression(), y],
    ['linear, f32, as it is', d.linearRegression({ dtype: 'f32', standardize: false }), y],
    ['two targets', d.linearRegression(), y.map((value, i) => [value, i])],
    ['logistic', d.logisticRegression(), two],
    ['softmax', d.softmaxRegression(), three],
    ['counts', d.linearModel({ loss: d.poisson() }), counts],
    ['mean and variance', d.linearModel({ loss: d.gaussianNll() }), y],
    ['hinge', d.linearModel({ loss: d.hinge() }), two],
    ['scaled', d.pipeline([d.standardScaler(), d.linearRegression()]), y],
    [
      'cubic',
      d.pipeline([d.standardScaler(), d.polynomialFeatures({ degree: 3, bias: true }), d.linearRegression()]),
      y,
    ],
    ['products', d.pipeline([d.polynomialFeatures({ interactionOnly: true }), d.logisticRegression()]), two],
    ['network', d.mlp({ ...network, outputs: 1, standardize: true, loss: d.meanSquaredError() }), y, steps],
    [
      'network, tanh',
      d.mlp({ ...network, outputs: 3, activation: 'tanh', loss: d.softmaxCrossEntropy() }),
      three,
      steps,
    ],
    ['images', d.sequential([...image, d.flatten(), d.dropout(0.2), d.dense(1)], { loss }), y, steps],
    ['images, averaged', d.sequential([...image, d.globalAveragePool(), d.dense(1)], { loss }), y, steps],
    ['sequences', d.sequential([...sequence, d.dense(1)], { loss }), y, steps],
    ['joined', joined(), y, steps],
    ['residual', d.sequential([d.dense(5), d.residual([d.dense(5), d.relu()]), d.dense(1)], { loss }), y, steps],
    ...activations.map((activation): [string, Any, unknown, object] => [
      activation,
      // ONNX Runtime knows erf in f32 alone.
      d.sequential([d.dense({ units: 8, activation }), d.dense(1)], {
        loss,
        dtype: activation === 'gelu' ? 'f32' : 'f64',
      }),
      y,
      steps,
    ]),
    [
      'network, f64',
      d.mlp({ ...network, outputs: 1, activation: 'sigmoid', dtype: 'f64', loss: d.binaryCrossEntropy() }),
      two,
      steps,
    ],
  ];
}

/** The largest difference, relative to the value or, of small ones, to a hundredth of the largest. */
function worst(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Infinity;
  const scale = Math.max(...Array.from(wanted, Math.abs)) / 100;
  return Math.max(...Array.from(wanted, (one, i) => Math.abs(got[i]! - one) / Math.max(Math.abs(one), scale)));
}

async function predicted(folder: string): Promise<void> {
  const ort = requireTool('onnxruntime', 'onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  for (const [name, model, targets, options] of models()) {
    model.fitSync(x, targets, options);
    const bytes = onnx.toOnnx(model, { raw: true });
    writeFileSync(join(folder, `${name}.onnx`), bytes);
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      // Further ones fuse what it has in f32 alone.
      graphOptimizationLevel: 'basic',
    });
    const single = model.spec.dtype === 'f32';
    const rows = single ? Float32Array.from(x.flat()) : Float64Array.from(x.flat());
    const out = await session.run({ features: new ort.Tensor(single ? 'float32' : 'float64', rows, [ROWS, 3]) });
    const check = (what: string, wanted: ArrayLike<number>): void => {
      const error = worst(out[what].data, wanted);
      say(error <= 1e-5, `ONNX Runtime, ${name}: ${what} to ${error.toExponential(1)}`);
    };
    check('raw', model.predictRaw(x));
    if (out.predictions) check('predictions', model.predict(x));
    if (out.probabilities) check('probabilities', model.predictProbability(x));
    if (!out.class) continue;
    const labels = Array.from(out.class.data as BigInt64Array, (at) => model.classes[Number(at)]);
    say(JSON.stringify(labels) === JSON.stringify(model.predict(x)), `ONNX Runtime, ${name}: class`);
  }
}

function checked(folder: string): void {
  const python = '/usr/bin/python3';
  try {
    output(python, ['-c', 'import onnx']);
  } catch {
    console.log('not run: the checker of ONNX, python3-onnx is not installed');
    return;
  }
  const program = `import glob, onnx
files = glob.glob('*.onnx')
for file in files: onnx.checker.check_model(onnx.load(file), full_check=True)
print(len(files))`;
  const count = output(python, ['-c', program], { cwd: folder }).trim();
  say(Number(count) === models().length, `the checker of ONNX: ${count} models`);
}

/** Reads a file as if it lay on their hub. */
async function parsed(bytes: Uint8Array): Promise<Any> {
  const { parseSafetensorsMetadata } = requireTool('hub', '@huggingface/hub');
  const answer = async (_: unknown, { headers, method }: Any = {}): Promise<Response> => {
    const range = /bytes=(\d+)-(\d+)?/.exec(new Headers(headers).get('range') ?? '');
    const [begin, end] = range ? [Number(range[1]), Number(range[2] ?? bytes.length - 1)] : [0, bytes.length - 1];
    const last = Math.min(end, bytes.length - 1);
    return new Response(method === 'HEAD' ? null : (bytes.slice(begin, last + 1) as Uint8Array<ArrayBuffer>), {
      status: range ? 206 : 200,
      headers: {
        etag: '"1"',
        'content-length': `${last + 1 - begin}`,
        'content-range': `bytes ${begin}-${last}/${bytes.length}`,
      },
    });
  };
  return (await parseSafetensorsMetadata({ repo: 'a/b', path: 'model.safetensors', fetch: answer })).header;
}

async function read(): Promise<void> {
  const files: Uint8Array[] = [];
  const network = downhill.mlp({ inputs: 3, hidden: [4], outputs: 1, loss: downhill.meanSquaredError() });
  const write = (checkpoint: unknown): void => void files.push(store.save(checkpoint));
  network.fitSync(x, y, { epochs: 2, checkpointEvery: { epochs: 1, write } });
  for (const bytes of [store.save(network), files[0]!]) {
    const { tensors, metadata } = store.readSafetensors(bytes);
    const { __metadata__: texts, ...entries } = await parsed(bytes);
    const theirs = Object.entries(entries).map(([name, { dtype, shape }]: [string, Any]) => [name, dtype, shape]);
    const ours = Array.from(tensors, ([name, { dtype, shape }]: Any) => [name, dtype, shape]);
    const same = JSON.stringify([theirs, texts]) === JSON.stringify([ours, Object.fromEntries(metadata)]);
    say(same && ours.length > 0, `the parser of Hugging Face: a ${texts.kind}, ${ours.length} tensors`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'downhill-interchange-'));
try {
  await predicted(folder);
  checked(folder);
  await read();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
