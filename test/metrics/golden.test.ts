/**
 * Metrics against scikit-learn (test/golden/metrics.json): where predictions lie in memory, in both precisions, and by
 * themselves. Logits and weights are short binary fractions, exact in f32, so f32 must agree as far as f64.
 */
import { readFileSync } from 'node:fs';
import { type Metric, metrics } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Dtype, defaultEngine } from '#src/memory/engine.js';
import { computeMetrics, readMetrics } from '#src/program/metrics.js';
import { dtypes, paddedLength, sizeOf } from '../helpers/numbers.ts';

interface Golden {
  readonly name: string;
  readonly kind: 'binary' | 'multiclass' | 'labels' | 'regression';
  readonly logits?: number[] | number[][];
  readonly predictions?: number[] | number[][];
  readonly targets?: number[] | number[][];
  readonly labels?: number[];
  readonly guesses?: number[];
  readonly classes?: number[];
  readonly weights: number[] | null;
  readonly confusion?: number[];
  readonly values: Record<string, number>;
}

const { cases } = JSON.parse(readFileSync('test/golden/metrics.json', 'utf8')) as { cases: Golden[] };

/** `f1(macro)` as a spec, `accuracy` as a name. */
function asked(key: string): Metric {
  const [, kind, option] = /^(\w+)\(?(\w*)/.exec(key)!;
  if (!option) return kind as Metric;
  const make = metrics[kind as 'f1'] as (options: unknown) => Metric;
  return make(kind === 'topKAccuracy' ? { k: Number(option) } : { average: option });
}

function near(value: number, expected: number, tolerance: number, what: string): void {
  const off = Math.abs(value - expected);
  assert.ok(off <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${value}, expected ${expected}`);
}

/** Rows in memory as an evaluation leaves them: padding is not a number. */
function inMemory(golden: Golden, dtype: Dtype, names: readonly string[]): Record<string, number> {
  const engine = defaultEngine();
  return engine.arena.scope(() => {
    const put = (rows: readonly (number | number[])[]): [number, number, number] => {
      const outputs = [rows[0]!].flat().length;
      const width = outputs === 1 ? 1 : paddedLength(dtype, outputs) + 16;
      const at = engine.arena.allocate(rows.length * width * sizeOf(dtype) + 64);
      const all = engine.floats(dtype, at, rows.length * width).fill(Number.NaN);
      rows.forEach((row, i) => {
        all.set([row].flat(), i * width);
      });
      return [at, outputs, width * sizeOf(dtype)];
    };
    const [predictions, outputs, predictionBytes] = put(golden.logits ?? golden.predictions!);
    const indices = golden.kind === 'multiclass';
    let targets: number;
    if (indices) {
      targets = engine.arena.allocate(golden.labels!.length * 4);
      engine.i32.set(golden.labels!, targets >>> 2);
    } else {
      [targets] = put(golden.labels ?? golden.targets!);
    }
    const weights = golden.weights ? put(golden.weights)[0] : 0;
    const rows = (golden.logits ?? golden.predictions!).length;
    const judged = { engine, dtype, rows, outputs, predictions, predictionBytes, targets, indices, weights };
    return Object.fromEntries(
      names
        .map((key) => [key, computeMetrics(readMetrics(asked(key)), judged)])
        .map(([key, values]) => [key, Object.values(values as object)[0]]),
    ) as Record<string, number>;
  });
}

for (const golden of cases) {
  const names = Object.keys(golden.values);
  if (golden.kind !== 'labels') {
    for (const dtype of dtypes) {
      test(`${golden.name}, ${dtype}: in memory, as scikit-learn`, () => {
        const values = inMemory(golden, dtype, names);
        // Random numbers are rounded on their way to f32.
        const tolerance = dtype === 'f32' && golden.kind === 'regression' ? 1e-6 : 1e-14;
        for (const name of names) near(values[name]!, golden.values[name]!, tolerance, name);
      });
    }
  }

  test(`${golden.name}: by themselves, as scikit-learn`, () => {
    const { logits, labels, weights } = golden;
    const options = { ...(weights && { sampleWeights: weights }), ...(golden.classes && { classes: golden.classes }) };
    const guesses =
      golden.guesses ?? logits?.map((z) => (typeof z === 'number' ? Number(z > 0) : z.indexOf(Math.max(...z))));
    const probabilities = logits?.map((z) => {
      const e = [typeof z === 'number' ? [0, z] : z].flat().map(Math.exp);
      const p = e.map((v) => v / e.reduce((a, b) => a + b, 0));
      return typeof z === 'number' ? p[1]! : p;
    });
    for (const name of names) {
      const metric = asked(name);
      if (golden.kind === 'binary' && name === 'topKAccuracy(1)') continue;
      const ofLabels = /^(acc|bal|prec|rec|f1)/.test(name);
      const given = golden.predictions ?? (ofLabels ? guesses : probabilities);
      const said = metrics.compute(metric, given as number[], (labels ?? golden.targets) as number[], options);
      near(said, golden.values[name]!, 1e-14, name);
    }
    if (golden.confusion) {
      const { data, rows } = metrics.confusionMatrix(guesses!, labels!, options);
      assert.is(rows, Math.sqrt(golden.confusion.length));
      assert.equal([...data], golden.confusion);
    }
  });
}

test('the golden file has every metric', () => {
  const seen = new Set(cases.flatMap(({ values }) => Object.keys(values).map((key) => key.replace(/\(.*/, ''))));
  const made = Object.keys(metrics).filter((name) => name !== 'compute' && name !== 'confusionMatrix');
  assert.equal([...seen].sort(), made.sort());
});

test.run();
