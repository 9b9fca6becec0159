/**
 * The update of a step: parameters in groups, each with its optimizer, and what of the tape and of memory that takes.
 * Knows no optimizers: see optimizer-rows.ts.
 */
import { ArgumentError } from '../errors.ts';
import type { Dtype, Engine } from '../memory/engine.ts';
import type { OptimizerSpec, SteppingSpec } from '../optimizers.ts';
import type { RegularizerSpec } from '../regularizers.ts';
import { fits, numbers } from './block.ts';
import { elementBytes, padded, type Tensor } from './layout.ts';
import { type OptimizerRow, optimizerRows, sameUpdate } from './optimizer-rows.ts';
import type { Tape } from './tape.ts';
import { emitRows } from './touched.ts';

/** Parameters that are updated alike. */
export interface Group {
  readonly optimizer: SteppingSpec;
  readonly tensors: readonly Tensor[];
  readonly regularizers: readonly RegularizerSpec[];
}

/** Neighbours that one op updates, or a whole tensor. */
interface Stretch {
  readonly offset: number;
  readonly bytes: number;
  readonly tensors: readonly Tensor[];
  /** Where its slots lie behind those of the stretches before, and from slot to slot. */
  readonly slots: number;
  readonly stride: number;
}

/** A group with its row of the table. */
export interface UpdateGroup extends Group {
  readonly row: OptimizerRow;
  readonly stretches: readonly Stretch[];
}

/** Where updates find what they need. */
export interface UpdatePlaces {
  readonly parameters: number;
  readonly gradient: number;
  readonly memory: number;
  readonly slots: number;
  readonly settings: number;
  /** Effective steps, or 0. */
  readonly steps: number;
  readonly scratch: number;
  /** Work space by name, where there may be lazy tensors. */
  readonly work?: Readonly<Record<string, number>>;
}

/** Bytes of the settings of a group: its rate and options. */
const SETTINGS = 128;
/** Bytes of the memory of a group: t and scalars. */
const MEMORY = 64;
/** One op updates no more bytes than this, so that the walker can stop in time. */
const CHUNK = 2 ** 20;

const FLAG = { first: 1, last: 2, transposed: 4, matrix: 8 };

export const isMatrix = (tensor: Tensor): boolean => tensor.shape.length > 1;

function rowOf(optimizer: SteppingSpec): { row: OptimizerRow; spec: SteppingSpec } {
  const kind = sameUpdate[optimizer.kind];
  const spec = kind === undefined ? optimizer : ({ momentum: 0, ...optimizer, kind } as SteppingSpec);
  return { row: optimizerRows.find((row) => fits(row, spec))!, spec };
}

/** Whether they keep the same things in the same places. */
export const keepAlike = (a: OptimizerSpec, b: OptimizerSpec): boolean =>
  rowOf(a as SteppingSpec).row === rowOf(b as SteppingSpec).row;

/** Bytes of state of a stretch, and from slot to slot. */
function slotsOf(row: OptimizerRow, bytes: number, tensor: Tensor, size: number): { total: number; stride: number } {
  if (!row.factored) return { total: row.slots * bytes, stride: bytes };
  if (!isMatrix(tensor)) return { total: bytes, stride: bytes };
  const stride = padded(tensor.rows * size, 16);
  return { total: stride + padded(tensor.columns * size, 16), stride };
}

/** Whether rows that it does not see in a step may stay as they are: nothing but zeros comes before their first update. */
const leavesAlone = ({ per, before, evaluates, starts }: OptimizerRow, spec: object): boolean =>
  !per && !before && evaluates === undefined && !(starts && (spec as Record<string, unknown>)[starts] !== 0);

export class Updates {
  readonly dtype: Dtype;
  readonly groups: readonly UpdateGroup[];
  /** Bytes of counters and scalars, of slots, of settings, of work space. */
  readonly memoryBytes: number;
  readonly slotBytes: number;
  readonly settingsBytes: number;
  readonly scratchBytes: number;

  constructor(groups: readonly Group[], dtype: Dtype) {
    this.dtype = dtype;
    const size = elementBytes(dtype);
    let slots = 0;
    let scratch = 0;
    this.groups = groups.map((group) => {
      const { row } = rowOf(group.optimizer);
      const runs: Tensor[][] = [];
      let end = -1;
      for (const tensor of group.tensors) {
        if (row.per === 'tensor' || tensor.lazy || tensor.offset !== end) runs.push([]);
        runs.at(-1)!.push(tensor);
        end = tensor.lazy ? -1 : tensor.offset + tensor.bytes;
      }
      const stretches = runs.map((tensors) => {
        const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
        const { total, stride } = slotsOf(row, bytes, tensors[0]!, size);
        const { rows, columns } = tensors[0]!;
        const short = Math.min(rows, columns);
        const square = padded(short * padded(short * size, 16), 64);
        // Whichever is larger: as it lies, or with its rows padded.
        const room = padded(Math.max(bytes, rows * padded(columns * size, 16)), 64);
        scratch = Math.max(scratch, (row.scratch ?? 0) * room + (row.squares ?? 0) * square);
        slots += total;
        return { offset: tensors[0]!.offset, bytes, tensors, slots: slots - total, stride };
      });
      return { ...group, row, stretches };
    });
    this.memoryBytes = this.groups.length * MEMORY;
    this.slotBytes = slots;
    this.settingsBytes = this.groups.length * SETTINGS;
    this.scratchBytes = scratch;
  }

  /** The group of a tensor. */
  groupOf(tensor: Tensor): number {
    return this.groups.findIndex(({ tensors }) => tensors.includes(tensor));
  }

  /**
   * Throws if a penalty with a proximal step meets an optimizer without an effective step, or a lazy tensor an optimizer or
   * a penalty that cannot leave its other rows alone.
   * @throws {ArgumentError}
   */
  check(proximal: (tensor: Tensor, smooth?: boolean) => string | undefined): void {
    for (const { row, optimizer, tensors } of this.groups) {
      for (const tensor of tensors) {
        if (tensor.lazy) {
          if (!leavesAlone(row, optimizer)) {
            throw new ArgumentError(
              `${tensor.name} is lazy: expected an optimizer that updates each number by itself, from a state of zeros, ` +
                `got ${optimizer.kind}`,
            );
          }
          const penalty = proximal(tensor, true);
          if (penalty !== undefined)
            throw new ArgumentError(`${tensor.name} is lazy: expected no penalty, got ${penalty}`);
        }
        const kind = row.metric === 'none' ? proximal(tensor) : undefined;
        if (kind !== undefined) {
          throw new ArgumentError(
            `${optimizer.kind} has no effective step in which the proximal step of ${kind} could be taken`,
          );
        }
      }
    }
  }

  /** Whether effective steps are written for this tensor. */
  writesSteps(tensor: Tensor): boolean {
    return this.groups[this.groupOf(tensor)]!.row.metric === 'elements';
  }

  /** Where the settings of group `i` lie; its rate comes first. */
  settingsAt(base: number, i: number): number {
    return base + i * SETTINGS;
  }

  /** Where group `i` counts, and whether a group before it counts there. */
  memoryAt(base: number, i: number): { at: number; owner: boolean } {
    const first = this.groups[i]!.row.shared ? this.groups.findIndex(({ row }) => row === this.groups[i]!.row) : i;
    return { at: base + first * MEMORY, owner: first === i };
  }

  /** Writes the options. */
  write(engine: Engine, settings: number): void {
    this.groups.forEach(({ optimizer, row }, i) => {
      engine.f64.set(numbers(row, rowOf(optimizer).spec), (this.settingsAt(settings, i) + 8) >>> 3);
    });
  }

  /** The ops of the update, and of what has to be tidied behind it. `stepped` says which tensors need steps. */
  emit(tape: Tape, places: UpdatePlaces, stepped: (tensor: Tensor) => boolean): void {
    const { dtype } = this;
    const shared = new Set(this.groups.filter(({ row }) => row.shared).map(({ row }) => row));
    const emitAll = (name: (row: OptimizerRow) => string | undefined): void => {
      const done: { row: OptimizerRow; words: number[]; tensor: Tensor }[] = [];
      this.groups.forEach((group, i) => {
        const { row, stretches } = group;
        const kernel = name(row);
        if (kernel === undefined) return;
        const settings = this.settingsAt(places.settings, i);
        const memory = this.memoryAt(places.memory, i).at;
        const all = stretches.flatMap((stretch) =>
          this.#pieces(stretch, row, places, settings, memory, stepped).map((words) => ({
            row,
            words,
            tensor: stretch.tensors[0]!,
          })),
        );
        const ops = all.map(({ words }) => words);
        // Groups that share memory begin and end together.
        const before = shared.has(row) ? done.filter((one) => one.row === row) : [];
        if (before.length === 0) ops[0]![8]! |= FLAG.first;
        else before.at(-1)!.words[8]! &= ~FLAG.last;
        ops.at(-1)![8]! |= FLAG.last;
        done.push(...all);
      });
      for (const { row, words, tensor } of done) {
        const emit = (): void => tape.emit(name(row)!, dtype, words, words[3]! / 4);
        if (tensor.lazy) emitRows(tape, tensor, places.work!, [[3, 4, 6], 5, words[8]! & FLAG.last], emit);
        else emit();
      }
    };
    emitAll((row) => row.before);
    emitAll((row) => row.name);
    const size = elementBytes(dtype);
    for (const { row, tensors, optimizer } of this.groups) {
      // Without ε a gradient of zero is 0/0.
      if (!row.dirty && !('epsilon' in optimizer && optimizer.epsilon === 0)) continue;
      for (const { offset, rows, columns, rowBytes, bytes } of tensors) {
        const at = places.parameters + offset;
        const used = columns * size;
        if (used < rowBytes) tape.emit('clean', '', [at, rows, used, rowBytes], rows);
        else if (rows * used < bytes) tape.emit('clean', '', [at, 1, rows * used, bytes]);
      }
    }
  }

  #pieces(
    { offset, bytes, tensors, slots, stride }: Stretch,
    row: OptimizerRow,
    places: UpdatePlaces,
    settings: number,
    memory: number,
    stepped: (tensor: Tensor) => boolean,
  ): number[][] {
    const whole = row.per === 'tensor' || tensors[0]!.lazy;
    const [tensor] = tensors as [Tensor];
    const flags = (isMatrix(tensor) ? FLAG.matrix : 0) | (tensor.transposed ? FLAG.transposed : 0);
    const { rows, columns, rowBytes } = tensor;
    const steps = row.metric === 'elements' && tensors.some(stepped) ? places.steps + offset : 0;
    const pieces: number[][] = [];
    for (let at = 0; at < bytes; at += CHUNK) {
      const piece = whole ? bytes : Math.min(CHUNK, bytes - at);
      pieces.push([
        settings,
        places.parameters + offset + at,
        places.gradient + offset + at,
        piece,
        places.slots + slots + at,
        stride,
        steps && steps + at,
        memory,
        whole ? flags : 0,
        ...(whole ? [rows, columns, rowBytes] : [0, 0, 0]),
        places.scratch,
      ]);
      if (whole) break;
    }
    return pieces;
  }

  /** Whether other parameters are evaluated than those that are trained. */
  get evaluates(): boolean {
    return this.groups.some(({ row }) => row.evaluates !== undefined);
  }

  /** Copies the parameters that are evaluated to `to`, of `all` bytes. */
  publish(
    engine: Engine,
    places: { parameters: number; slots: number; memory: number },
    to: number,
    all: number,
  ): void {
    const { u8, f64 } = engine;
    // Also what no optimizer updates.
    u8.copyWithin(to, places.parameters, places.parameters + all);
    for (const [i, { row, stretches }] of this.groups.entries()) {
      // Slots are empty before the first update.
      if (row.evaluates === undefined || !(f64[this.memoryAt(places.memory, i).at >>> 3]! > 0)) continue;
      for (const { offset, bytes, slots, stride } of stretches) {
        const from = places.slots + slots + row.evaluates * stride;
        u8.copyWithin(to + offset, from, from + bytes);
      }
    }
  }
}
