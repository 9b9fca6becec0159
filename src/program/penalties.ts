/** Regularizers on tensors: what of them each acts on, and the ops for it. Knows no kinds: see penalty-rows.ts. */
import { didYouMean } from '../describe.ts';
import { ArgumentError } from '../errors.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import type { Feature, RegularizerSpec } from '../regularizers.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import { type PenaltyAct, type PenaltyRow, type PenaltyTie, penaltyKernel, penaltyRows } from './penalty-rows.ts';
import type { Tape } from './tape.ts';

/** A row applied to one tensor. */
interface Term {
  readonly row: PenaltyRow;
  readonly tie: PenaltyTie;
  readonly tensor: Tensor;
  readonly numbers: readonly number[];
  /** Whether its gradient is added to that of the loss; else it has a proximal step. */
  readonly smooth: boolean;
  /** Lists of elements in bytes from the start of the tensor; one list of single elements, or nothing for all of them. */
  readonly members: readonly (readonly number[])[] | undefined;
}

/** Where the ops of a program find what they need. */
export interface PenaltyPlaces {
  readonly dtype: Dtype;
  readonly progress: number;
  /** θ, or v of a proximal step. */
  readonly parameters: number;
  /** The gradient of the loss, or 0 if values are all that is asked. */
  readonly gradient: number;
  /** `bytes` of the regularization, written by `write`. */
  readonly terms: number;
}

const NUMBERS_BYTES = 32;

/** What decay and penalties leave out; of parameters that do not say, those named `bias`, `…bias`, `b`, `b1`. */
export const isBias = ({ name, plain }: Pick<Tensor, 'name' | 'plain'>): boolean => plain ?? /bias$|^b\d*$/.test(name);

/** Position of a feature that is given by index or name. */
function position(feature: Feature, count: number, names: readonly string[] | undefined, at: string): number {
  if (typeof feature === 'number') {
    if (feature < count) return feature;
    throw new ArgumentError(`${at}: expected indices below ${count}, the number of features, got ${feature}`);
  }
  const index = names ? names.indexOf(feature) : -1;
  if (index >= 0) return index;
  const known = names ? didYouMean(feature, names) : '; featureNames of the model are not set';
  throw new ArgumentError(`${at}: unknown feature ${JSON.stringify(feature)}${known}`);
}

/** The elements of a tensor that a spec means; nothing for all of them. */
function membersOf(
  spec: RegularizerSpec,
  { row, masked = false }: { row: PenaltyRow; masked?: boolean | undefined },
  tensor: Tensor,
  size: number,
  names: readonly string[] | undefined,
): readonly (readonly number[])[] | undefined {
  // An intercept is a feature by itself.
  const bias = isBias(tensor);
  const { rows, columns, transposed } = tensor;
  const outputs = bias || transposed ? columns : rows;
  const features = bias ? 1 : transposed ? rows : columns;
  const element = (j: number, k: number): number =>
    bias || transposed ? j * tensor.rowBytes + k * size : k * tensor.rowBytes + j * size;
  const every = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const read = (list: readonly Feature[], what: string): number[] => {
    const at = `${spec.kind}: ${what}`;
    // Names are those of what goes into the first weights.
    if (names && tensor.offset > 0 && list.some((feature) => typeof feature === 'string')) {
      throw new ArgumentError(`${at}: ${tensor.name} takes no features by name: put the penalty into a group`);
    }
    return [...new Set(list.map((feature) => position(feature, features, names, at)))];
  };
  const given = bias || spec.features === null ? undefined : read(spec.features, 'features');
  const chosen = given ?? every(features);
  if (row.over === 'outputs') return every(outputs).map((k) => chosen.map((j) => element(j, k)));
  const over = (list: readonly number[]): number[] => list.flatMap((j) => every(outputs).map((k) => element(j, k)));
  if (row.over === 'elements') return given || masked ? [over(chosen)] : undefined;
  const groups = !bias && 'groups' in spec && spec.groups ? spec.groups.map((list) => read(list, 'groups')) : undefined;
  const all = groups?.flat() ?? [];
  const twice = all.find((j, i) => all.indexOf(j) < i);
  if (twice !== undefined) {
    throw new ArgumentError(`${spec.kind}: groups overlap: feature ${names?.[twice] ?? twice} is in two of them`);
  }
  return (groups ?? chosen.map((j) => [j])).map(over);
}

/** Whether both act on some element. */
function meet(a: Term, b: Term): boolean {
  if (a.tensor !== b.tensor) return false;
  if (!a.members || !b.members) return true;
  const elements = new Set(a.members.flat());
  return b.members.some((list) => list.some((at) => elements.has(at)));
}

/** Regularizers on some tensors. */
export interface Regularized {
  readonly specs: readonly RegularizerSpec[];
  readonly tensors: readonly Tensor[];
}

/** What a proximal step of a tensor is measured in: where the rate lies, and where a step for each element, or 0. */
export interface Steps {
  readonly rate: number;
  readonly steps: number;
}

export class Regularization {
  readonly #terms: readonly Term[];
  readonly #dtype: Dtype;
  /** Bytes that the terms take in memory. */
  readonly bytes: number;

  /**
   * @param proximal whether penalties whose gradient would be added have a proximal step as well.
   * @param names of the features, for specs that use them.
   * @throws {ArgumentError} on features that there are not, and on groups that overlap.
   */
  constructor(
    parts: readonly Regularized[],
    dtype: Dtype,
    { names, proximal = false }: { names?: readonly string[] | undefined; proximal?: boolean } = {},
  ) {
    this.#dtype = dtype;
    const terms: (Term & { readonly order: number })[] = [];
    for (const [spec, tensors] of parts.flatMap((part) => part.specs.map((spec) => [spec, part.tensors] as const))) {
      const options = spec as unknown as Readonly<Record<string, unknown>>;
      penaltyRows.forEach((row, i) => {
        for (const tie of row.ties) {
          if (tie.kind !== spec.kind) continue;
          const smooth = !proximal && (!!tie.smooth || options.method === 'subgradient');
          const numbers = tie.block.map((entry) => {
            const value = typeof entry === 'string' ? options[entry] : entry;
            return value === null ? Number.NaN : Number(value);
          });
          for (const tensor of tensors) {
            if (isBias(tensor) && !spec.intercept) continue;
            const members = membersOf(spec, { row, masked: tie.masked }, tensor, elementBytes(dtype), names);
            terms.push({ row, tie, tensor, numbers, smooth, members, order: i + (tie.last ? penaltyRows.length : 0) });
          }
        }
      });
    }
    this.#terms = terms.sort((a, b) => a.order - b.order);
    this.bytes = this.#terms.reduce((sum, term) => sum + this.#bytesOf(term), 0);
  }

  /**
   * Kind of a regularizer whose step is taken behind the update of a tensor (of any, if none is given); `smooth`: or whose
   * gradient is added.
   */
  proximal(tensor?: Tensor, smooth = false): string | undefined {
    return this.#terms.find((term) => (smooth || !term.smooth) && (!tensor || term.tensor === tensor))?.tie.kind;
  }

  /** Kinds of two regularizers whose steps, one behind the other, are not the step of their sum; or nothing. */
  get conflict(): readonly [string, string] | undefined {
    const coupled = this.#terms.filter(({ row, tie, smooth }) => !smooth && (row.over !== 'elements' || tie.last));
    for (const [i, a] of coupled.entries()) {
      for (const b of coupled.slice(0, i)) {
        const same = a.tie === b.tie && a.row.over !== 'groups';
        if (!same && meet(a, b)) return [b.tie.kind, a.tie.kind];
      }
    }
    return undefined;
  }

  #bytesOf({ row, tensor, members }: Term): number {
    if (!members) return NUMBERS_BYTES;
    const mask = row.over === 'elements';
    const bytes = mask ? tensor.bytes : members.reduce((sum, list) => sum + 4 + 4 * list.length, 0);
    return NUMBERS_BYTES + padded(bytes, 32);
  }

  /** Writes numbers, masks and lists. */
  write(engine: Engine, at: number): void {
    for (const term of this.#terms) {
      const { numbers, members, row, tensor } = term;
      engine.f64.set(numbers, at >>> 3);
      let word = (at + NUMBERS_BYTES) >>> 2;
      if (members && row.over === 'elements') {
        const size = elementBytes(this.#dtype);
        engine.u8.fill(0, word * 4, word * 4 + tensor.bytes);
        for (const offset of members.flat()) engine.u8.fill(0xff, word * 4 + offset, word * 4 + offset + size);
      } else {
        for (const list of members ?? []) {
          engine.u32.set([list.length, ...list], word);
          word += 1 + list.length;
        }
      }
      at += this.#bytesOf(term);
    }
  }

  #emit(
    tape: Tape,
    act: PenaltyAct,
    places: PenaltyPlaces,
    pick: (term: Term) => boolean,
    words: (term: Term) => readonly [source: number, target: number, extra: number, at?: number],
  ): void {
    let at = places.terms;
    for (const term of this.#terms) {
      const { row, tensor, members } = term;
      if (pick(term)) {
        const { bytes } = tensor;
        const [source, target, extra, sums = places.progress] = words(term);
        const what = [at, members ? at + NUMBERS_BYTES : 0, members?.length ?? 0, extra];
        const operands = [sums, places.parameters + tensor.offset, bytes, source, target, ...what];
        tape.emit(penaltyKernel(row, act), places.dtype, operands, bytes / 4);
      }
      at += this.#bytesOf(term);
    }
  }

  /** Values, and gradients that are added to that of the loss. */
  emitValues(tape: Tape, places: PenaltyPlaces, gradientOfAll = false): void {
    let first = 1;
    this.#emit(
      tape,
      'value',
      places,
      ({ row }) => row.value,
      ({ smooth, tensor }) => {
        const source = places.gradient && (smooth || gradientOfAll) ? places.gradient + tensor.offset : 0;
        const words = [source, source, first] as const;
        first = 0;
        return words;
      },
    );
  }

  /**
   * The smallest subgradient of the objective, into `scratch` where it is not the gradient.
   * @returns where it lies, for each tensor.
   */
  emitSlopes(tape: Tape, places: PenaltyPlaces, scratch: number): (tensor: Tensor) => number {
    const found = new Set<Tensor>();
    const where = (tensor: Tensor): number => (found.has(tensor) ? scratch : places.gradient) + tensor.offset;
    this.#emit(
      tape,
      'slope',
      places,
      ({ smooth }) => !smooth,
      ({ tensor }) => {
        const source = where(tensor);
        found.add(tensor);
        return [source, scratch + tensor.offset, 0];
      },
    );
    return where;
  }

  /** Proximal steps and projections. */
  emitProximal(tape: Tape, places: PenaltyPlaces, where: (tensor: Tensor) => Steps): void {
    this.#emit(
      tape,
      'proximal',
      places,
      ({ smooth }) => !smooth,
      ({ tensor }) => {
        const { rate, steps } = where(tensor);
        return [0, 0, steps && steps + tensor.offset, rate];
      },
    );
  }
}
