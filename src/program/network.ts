/**
 * A network as ops: layers in the order in which they are computed, back in the other. Values, their gradients and what
 * layers keep share one block by the times at which they live: forward of layer i at i + 1, its backward at 2n − i.
 */
import { ArgumentError } from '../errors.ts';
import type { Graph } from '../layers/graph.ts';
import { emitPlus } from '../layers/rows.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import { emitSlope, type FusedActivation, NUMBERS_BYTES, writeNumbers } from './activations.ts';
import type { Fused } from './gemm.ts';
import { LEAF_ROWS } from './kernels.ts';
import { describeValue, type LayerOps, type LayerPlaces, type Value } from './layer.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import type { Block, ModelProgram } from './model.ts';
import { place, type Stay } from './plan.ts';
import type { Tape } from './tape.ts';
import { marksAt, marksSize } from './touched.ts';

/** Work units and bytes of one block, so that a product stays below a millisecond or so, and rows of a block. */
const BLOCK_WORK = 2 ** 23;
const BLOCK_BYTES = 2 ** 23;
const MOST_ROWS = 256;

/** Where values of a block lie. Value 0 is what goes in, value i + 1 what layer i puts out. */
interface Plan {
  readonly bytes: number;
  readonly ops: readonly LayerOps[];
  readonly at: ReadonlyMap<Stay, number>;
  /** Nothing where a value lies elsewhere: X itself, predictions. */
  readonly values: readonly (Stay | undefined)[];
  readonly gradients: readonly (Stay | undefined)[];
  /** Gradients that are to be added, by layer and input. */
  readonly parts: ReadonlyMap<string, Stay>;
  readonly kept: readonly (Stay | undefined)[];
  /** Bytes of constants, and where those of each layer begin. */
  readonly constants: number;
  readonly constantsAt: readonly number[];
  readonly scratch: number;
}

export class NetworkProgram implements ModelProgram {
  readonly dtype: Dtype;
  readonly features: number;
  readonly outputs: number;
  readonly graph: Graph;
  readonly tensors: readonly Tensor[];
  readonly bytes: number;
  readonly rowBytes: number;
  readonly stride: number;
  readonly predictionBytes: number;
  readonly rowCost: number;
  readonly #values: readonly Value[];
  /** Layers that take value i. */
  readonly #takers: readonly (readonly number[])[];
  /** Whether the gradient of value i is asked: something before it has parameters. */
  readonly #asked: readonly boolean[];
  /** Where the parameters of each layer lie, by name. */
  readonly #parameters: readonly ReadonlyMap<string, number>[];
  /** Bytes of a row of all values and their gradients. */
  readonly #rowBytes: number;
  readonly #plans: Map<string, Plan> = new Map();
  readonly #watched: boolean;

  /** @param watched whether all values and gradients of a batch stay where they are, to be looked at behind a step. */
  constructor(dtype: Dtype, graph: Graph, watched = false) {
    this.#watched = watched;
    const { nodes } = graph;
    this.dtype = dtype;
    this.graph = graph;
    this.#values = [[graph.features], ...nodes.map(({ shape }) => shape)].map((shape) => describeValue(shape, dtype));
    this.features = graph.features;
    this.outputs = this.#values.at(-1)!.channels;
    this.rowBytes = this.#values[0]!.rowBytes;
    this.stride = this.rowBytes;
    this.predictionBytes = this.outputs === 1 ? elementBytes(dtype) : this.#values.at(-1)!.width;
    this.#takers = this.#values.map((_, v) => nodes.flatMap(({ inputs }, i) => (inputs.includes(v) ? [i] : [])));
    const asked = [false];
    for (const { inputs, parameters } of nodes) asked.push(parameters.length > 0 || inputs.some((v) => asked[v]));
    this.#asked = asked;
    const { tensors, bytes, places } = layOut(dtype, graph);
    this.tensors = tensors;
    this.bytes = bytes;
    this.#parameters = places;
    const ops = this.#compile(MOST_ROWS);
    this.rowCost = ops.reduce((sum, { rowCost }) => sum + rowCost, 0);
    this.#rowBytes = 2 * this.#values.reduce((sum, { rowBytes }) => sum + rowBytes, 0);
  }

  #compile(rows: number): LayerOps[] {
    return this.graph.nodes.map(({ row, spec, name, number, inputs, activation }, i) =>
      row.compile(spec, {
        dtype: this.dtype,
        name,
        number,
        inputs: inputs.map((v) => this.#values[v]!),
        output: this.#values[i + 1]!,
        activation: (activation?.code ?? 'none') as FusedActivation,
        rows,
      }),
    );
  }

  get gathers(): true | 'always' {
    return this.#readsRows || 'always';
  }

  blockRows(_shuffled: boolean, training: boolean): number {
    if (training && (this.#watched || this.#compile(1).some(({ wholeBatch }) => wholeBatch))) return LEAF_ROWS;
    const rows = Math.min(BLOCK_WORK / this.rowCost, BLOCK_BYTES / this.#rowBytes, MOST_ROWS);
    return Math.max(4, Math.floor(rows / 4) * 4);
  }

  get random(): string | undefined {
    return this.graph.nodes.find(({ spec }) => 'rate' in spec && spec.rate !== 0)?.name;
  }

  checkBatch(rows: number, batch: number): void {
    const last = rows % batch || batch;
    this.#compile(1).forEach(({ wholeBatch, least = 1 }, i) => {
      const { name } = this.graph.nodes[i]!;
      if (wholeBatch && batch > LEAF_ROWS) {
        throw new ArgumentError(`${name}: expected batches of at most ${LEAF_ROWS} rows, got batchSize ${batch}`);
      }
      if (Math.min(batch, last) < least) {
        const what =
          batch < least ? `batchSize ${batch}` : `a last batch of ${last} (${rows} rows, batchSize ${batch})`;
        throw new ArgumentError(`${name}: expected at least ${least} rows in a batch, got ${what}`);
      }
    });
  }

  explainMemory(rows: number, free: number): string {
    const { bytes } = this.#plan(rows, true);
    const sizes = this.#values.map(({ rowBytes }) => rowBytes);
    const most = sizes.indexOf(Math.max(...sizes));
    const name = most === 0 ? 'the input' : this.graph.nodes[most - 1]!.name;
    const mega = (size: number): string => `${Math.ceil(size / 2 ** 20)} MiB`;
    const fits = Math.floor((rows * free) / bytes);
    return (
      `activations of ${rows} rows take ${mega(bytes)}, ${mega(rows * sizes[most]!)} of them ${name}; ` +
      (fits > 0 && fits < rows ? `batchSize ${fits} would fit` : 'no batch size makes them fit')
    );
  }

  /** Whether X may be read where it lies, if its rows are taken in order. */
  get #readsRows(): boolean {
    return this.#takers[0]!.every((i) => this.graph.nodes[i]!.row.strides);
  }

  /** Whether the last layer may write predictions where they are kept. */
  get #writesPredictions(): boolean {
    const { row } = this.graph.nodes.at(-1)!;
    return !!row.strides && this.outputs > 1;
  }

  #plan(rows: number, training: boolean): Plan {
    const key = `${rows} ${training}`;
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = this.#makePlan(rows, training);
      this.#plans.set(key, plan);
    }
    return plan;
  }

  #makePlan(rows: number, training: boolean): Plan {
    const { nodes } = this.graph;
    const n = nodes.length;
    const ops = this.#compile(rows);
    const back = (i: number): number => 2 * n - i;
    const stays: Stay[] = [];
    const stay = (bytes: number, from: number, to = from): Stay => {
      const made = { bytes: bytes + 64, from, to: this.#watched ? 2 * n + 1 : to };
      stays.push(made);
      return made;
    };
    /** Until when value v is needed. */
    const end = (v: number): number => {
      const times = this.#takers[v]!.map((i) => (training && ops[i]!.reads.inputs ? back(i) : i + 1));
      if (v === n) times.push(n + 1);
      if (training && v > 0 && (ops[v - 1]!.reads.output || nodes[v - 1]!.activation)) times.push(back(v - 1));
      return Math.max(...times);
    };
    const values: (Stay | undefined)[] = [
      this.#readsRows || training ? undefined : stay(rows * this.rowBytes, 0, end(0)),
    ];
    nodes.forEach(({ inputs }, i) => {
      const v = i + 1;
      const { inPlace, view } = ops[i]!;
      const from = values[inputs[0]!];
      const alone = !this.#watched && inputs.length === 1 && this.#takers[inputs[0]!]!.length === 1;
      // What comes in is read by nobody else, and not again, be it under another name: behind `flatten` it is what was before.
      const free = alone && from?.to === v;
      const bytes = rows * this.#values[v]!.rowBytes;
      if (from && ((view && !this.#watched) || (inPlace && free)) && from.bytes >= bytes) {
        from.to = Math.max(from.to, end(v));
        values.push(from);
      } else {
        values.push(v === n && this.#writesPredictions ? undefined : stay(bytes, v, end(v)));
      }
    });
    const gradients: (Stay | undefined)[] = values.map(() => undefined);
    const parts = new Map<string, Stay>();
    if (training) {
      if (this.outputs === 1) gradients[n] = stay(rows * 16, n + 1, back(n - 1));
      for (let i = n - 1; i >= 0; i--) {
        nodes[i]!.inputs.forEach((v, j) => {
          if (!this.#asked[v]) return;
          const bytes = rows * this.#values[v]!.rowBytes;
          const own = gradients[i + 1];
          if (gradients[v]) parts.set(`${i} ${j}`, stay(bytes, back(i)));
          else if (
            !this.#watched &&
            (ops[i]!.inPlace || ops[i]!.view) &&
            own &&
            own.bytes >= bytes &&
            this.#takers[v]!.length === 1
          ) {
            own.to = back(v - 1);
            gradients[v] = own;
          } else gradients[v] = stay(bytes, back(i), back(v - 1));
        });
      }
    }
    const kept = ops.map(({ kept }, i) => (kept ? stay(kept, i + 1, training ? back(i) : i + 1) : undefined));
    let constants = 0;
    const constantsAt = ops.map(({ constants: bytes = 0 }, i) => {
      constants += (nodes[i]!.activation ? NUMBERS_BYTES : 0) + padded(bytes, 16);
      return constants - padded(bytes, 16);
    });
    const at = new Map<Stay, number>();
    const bytes = place(stays, at);
    const scratch = Math.max(...ops.map(({ scratch = 0 }) => scratch));
    return { bytes, ops, at, values, gradients, parts, kept, constants, constantsAt, scratch };
  }

  sizes(rows: number, training: boolean): Readonly<Record<string, number>> {
    const { bytes, scratch, constants } = this.#plan(rows, training);
    const marks = training ? this.tensors.filter(({ lazy }) => lazy).map(marksSize) : [];
    const own = { values: bytes, scratch0: scratch, [`constants${rows} ${training}`]: constants };
    return { ...own, ...Object.fromEntries(marks) };
  }

  write(engine: Engine, work: Readonly<Record<string, number>>): void {
    for (const [key, { ops, constantsAt }] of this.#plans) {
      const base = work[`constants${key}`];
      if (base === undefined) continue;
      ops.forEach((op, i) => {
        const at = base + constantsAt[i]!;
        const { activation } = this.graph.nodes[i]!;
        if (activation) writeNumbers(engine, at - NUMBERS_BYTES, activation);
        op.write?.(engine, at);
      });
    }
  }

  /** Where everything lies for layer i in a block. */
  #places(i: number, block: Block, training: boolean): LayerPlaces & { readonly fused: Fused } {
    const plan = this.#plan(block.limit, training);
    const { nodes } = this.graph;
    const { inputs, activation } = nodes[i]!;
    const { work, parameters: base } = block;
    const pointer = (stay: Stay | undefined): number => (stay ? work.values! + plan.at.get(stay)! : 0);
    const value = (v: number): number => {
      // On the way back z is the gradient; predictions are where they were.
      if (v > 0) return pointer(plan.values[v]) || (training ? work.z! : block.z);
      return block.gathered || pointer(plan.values[0]) || block.rows.x;
    };
    const own = this.#parameters[i]!;
    const constants = work[`constants${block.limit} ${training}`]! + plan.constantsAt[i]!;
    const numbers = activation ? constants - NUMBERS_BYTES : 0;
    const straight = inputs[0] === 0 && !plan.values[0] && !block.gathered;
    return {
      cursor: block.cursor,
      progress: block.progress,
      random: block.random,
      inputs: inputs.map(value),
      output: value(i + 1),
      parameter: (name) => base + own.get(name)!,
      constants,
      scratch: work.scratch0!,
      kept: pointer(plan.kept[i]),
      training,
      numbers,
      fused: { activation: (activation?.code ?? 'none') as FusedActivation, numbers },
      ...(straight ? { stride: block.rows.stride } : {}),
      all: i === nodes.length - 1 && !plan.values[i + 1] && !!block.keep,
    };
  }

  /**
   * Behind a step of a watched network: what layer i has put out, and its gradient if it was asked, without padding.
   * @param z gradient of the predictions.
   */
  watch(engine: Engine, i: number, rows: number, work: Readonly<Record<string, number>>): readonly Float64Array[] {
    const plan = this.#plan(padded(rows, 4), true);
    const { positions, channels, width } = this.#values[i + 1]!;
    const size = elementBytes(this.dtype);
    const read = (stay: Stay | undefined, otherwise: number): Float64Array => {
      const at = stay ? work.values! + plan.at.get(stay)! : otherwise;
      const all = engine.floats(this.dtype, at, (rows * positions * width) / size);
      return Float64Array.from({ length: rows * positions * channels }, (_, k) => {
        const row = Math.floor(k / channels);
        return all[(row * width) / size + (k % channels)]!;
      });
    };
    const value = read(plan.values[i + 1], work.z!);
    return this.#asked[i + 1] ? [value, read(plan.gradients[i + 1], work.residuals!)] : [value];
  }

  forward(tape: Tape, block: Block): void {
    const { cursor, gathered, rows, z, keep, work, limit } = block;
    const training = block.progress > 0;
    const plan = this.#plan(limit, training);
    const { nodes } = this.graph;
    const [input] = plan.values;
    if (input && !gathered) {
      const to = work.values! + plan.at.get(input)!;
      tape.emit('gatherRows', '', [cursor, rows.x, to, this.rowBytes, rows.stride]);
    }
    nodes.forEach((_, i) => {
      plan.ops[i]!.forward(tape, this.#places(i, block, training));
    });
    const last = plan.values[nodes.length];
    if (!last) return;
    const from = work.values! + plan.at.get(last)!;
    if (this.outputs === 1) tape.emit('toColumn', this.dtype, [cursor, from, z, Number(!!keep)]);
    else tape.emit('toPredictions', '', [cursor, from, z, Number(!!keep), this.predictionBytes]);
  }

  backward(tape: Tape, block: Block, gradient: number): void {
    const { cursor, z, work, limit } = block;
    const { dtype } = this;
    const { nodes } = this.graph;
    const plan = this.#plan(limit, true);
    const n = nodes.length;
    const slopeOf = (v: number): number => {
      const stay = plan.gradients[v];
      return stay ? work.values! + plan.at.get(stay)! : z;
    };
    if (this.outputs === 1) tape.emit('toRows', dtype, [cursor, slopeOf(n), z, 0]);
    const stored = new Set<number>();
    const seen = new Set<number>();
    for (let i = n - 1; i >= 0; i--) {
      if (!this.#asked[i + 1]) continue;
      const { inputs, owner } = nodes[i]!;
      const places = this.#places(i, block, true);
      const outputGradient = slopeOf(i + 1);
      const value = this.#values[i + 1]!;
      const { activation: code, numbers = 0 } = places.fused;
      if (code !== 'none' && !this.#slopedBy(i)) {
        const at = { value, numbers, from: outputGradient, to: outputGradient, at: places.output };
        emitSlope(tape, dtype, code, { cursor, ...at });
      }
      const inputGradients = inputs.map((v, j) => {
        if (!this.#asked[v]) return 0;
        const part = plan.parts.get(`${i} ${j}`);
        return part ? work.values! + plan.at.get(part)! : slopeOf(v);
      });
      const from = inputs[0]!;
      const before = from > 0 && this.#slopedBy(from - 1) ? this.#places(from - 1, block, true).fused : undefined;
      const own = this.#parameters[i]!;
      plan.ops[i]!.backward(tape, {
        ...places,
        outputGradient,
        inputGradients,
        gradient: (name) => gradient + own.get(name)!,
        marks: (name) => marksAt(work, own.get(name)!),
        add: seen.has(owner),
        ...(before ? { before } : {}),
      });
      seen.add(owner);
      inputs.forEach((v, j) => {
        if (!this.#asked[v]) return;
        if (stored.has(v)) {
          emitPlus(tape, dtype, cursor, slopeOf(v), inputGradients[j]!, slopeOf(v), this.#values[v]!);
        }
        stored.add(v);
      });
    }
  }

  /** Whether the slope of the activation of layer i is applied by the layer behind it. */
  #slopedBy(i: number): boolean {
    const [taker, ...others] = this.#takers[i + 1]!;
    const { nodes } = this.graph;
    return !!nodes[i]!.activation && taker !== undefined && others.length === 0 && !!nodes[taker]!.row.slopes;
  }
}

/** Parameters of all layers one behind the other, those that no optimizer updates last. */
function layOut(
  dtype: Dtype,
  { nodes }: Graph,
): { tensors: Tensor[]; bytes: number; places: ReadonlyMap<string, number>[] } {
  const size = elementBytes(dtype);
  const places = nodes.map(() => new Map<string, number>());
  const tensors: Tensor[] = [];
  let offset = 0;
  for (const kept of [false, true]) {
    nodes.forEach(({ name: layer, parameters, owner }, i) => {
      if (owner !== i) return;
      for (const { name, shape, rows, columns, transposed = false, taps, plain, buffer = false, lazy } of parameters) {
        if (buffer !== kept) continue;
        const rowBytes = padded(columns * size, 16);
        const bytes = rows * rowBytes;
        places[i]!.set(name, offset);
        const named = { name: `${layer}.${name}`, shape, offset, rows, columns, rowBytes, bytes, transposed, taps };
        tensors.push({ ...named, plain, buffer, lazy });
        offset += bytes;
      }
    });
  }
  return { tensors, bytes: offset, places: nodes.map(({ owner }) => places[owner]!) };
}
