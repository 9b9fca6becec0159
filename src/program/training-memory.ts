/**
 * Where everything of a training run lies.
 *
 *   state    header | control | search | progress | cursor | random | θ | memory | slots | averages | accepted θ
 *   work     sums | g | accepted g | kept θ | log | settings | … | what the objective needs
 *
 * From progress to averages is what a step changes: a copy of it is what a run goes back to.
 */
import type { Engine } from '../memory/engine.ts';
import { isLineSearch } from '../optimizers.ts';
import { aroundBytes, averageBytes, writeAround } from './around.ts';
import { logFields } from './kernels.ts';
import { allocatePlaces, elementBytes, type Places } from './layout.ts';
import type { Objective } from './objective.ts';
import type { Regularization } from './penalties.ts';
import type { Rates } from './rates.ts';
import { searchFields } from './search.ts';
import { control, cursor, progress, random, search, writeFields } from './tape.ts';
import type { TrainingOptions } from './training-options.ts';
import type { Updates } from './updates.ts';

/** What a run is made of. */
export interface TrainingParts {
  readonly objective: Objective;
  readonly options: TrainingOptions;
  /** Nothing with a line search. */
  readonly updates: Updates | undefined;
  /** Rates of the groups of updates. */
  readonly rates: Rates;
  readonly regularization: Regularization;
}

type State =
  | ('header' | 'control' | 'search' | 'progress' | 'cursor' | 'random')
  | ('parameters' | 'memory' | 'slots' | 'averages' | 'accepted');
type Work =
  | ('sums' | 'gradient' | 'acceptedGradient' | 'kept' | 'log' | 'settings' | 'scratch')
  | ('steps' | 'around' | 'norm' | 'origin' | 'penalties' | 'slopes' | 'evaluated' | 'snapshot');

export interface TrainingMemory extends TrainingParts {
  readonly state: Places<State>;
  readonly work: Places<Work> & Readonly<Record<string, number>>;
  /** What a step changes: bytes from `state.progress` on. */
  readonly changing: number;
}

/** "dhil", and the version of the layout of the state. */
const STATE_MAGIC = 0x6c696864;
const STATE_VERSION = 2;
const LOG_CAPACITY = 256;
const SHUFFLE_STREAM = 1;

/** Allocates both blocks; `blocks` collects what is to be freed. */
export function allocateTraining(engine: Engine, blocks: number[], parts: TrainingParts): TrainingMemory {
  const { objective, options, updates, regularization } = parts;
  const { bytes } = objective;
  const { at, averages, perturbation, nonFinite } = options;
  const ifSearch = updates ? 0 : bytes;
  const own = allocatePlaces<State>(engine, {
    header: 64,
    control: control.bytes,
    search: search.bytes,
    progress: progress.bytes,
    cursor: cursor.bytes,
    random: random.bytes,
    parameters: at ? 0 : bytes,
    memory: updates?.memoryBytes ?? 0,
    slots: updates?.slotBytes ?? 0,
    averages: averageBytes(averages, bytes),
    accepted: ifSearch,
  });
  blocks.push(own.base);
  const state = at ? { ...own, parameters: at.parameters } : own;
  const changing = own.accepted - own.progress;
  const work = allocatePlaces<Work>(engine, {
    sums: 16,
    gradient: at ? 0 : bytes + 64,
    acceptedGradient: ifSearch,
    kept: bytes - ifSearch,
    log: LOG_CAPACITY * logFields.length * 8,
    settings: updates?.settingsBytes ?? 0,
    scratch: updates?.scratchBytes ?? 0,
    steps:
      updates && objective.tensors.some((one) => regularization.proximal(one) && updates.writesSteps(one)) ? bytes : 0,
    around: aroundBytes(options),
    norm: 16,
    origin: perturbation ? bytes : 0,
    penalties: regularization.bytes,
    slopes: regularization.proximal() ? bytes : 0,
    evaluated: averages.length === 0 && updates?.evaluates ? bytes : 0,
    snapshot: nonFinite === 'rollback' ? changing : 0,
    ...objective.sizes(),
  });
  blocks.push(work.base);
  return { ...parts, state, work: at ? { ...work, gradient: at.gradient } : work, changing };
}

/** Writes what both blocks hold at the start, but for parameters. */
export function initialize(engine: Engine, memory: TrainingMemory): void {
  const { objective, options, updates, regularization, state, work } = memory;
  const { optimizer, seed, period } = options;
  const { base } = state;
  const places = (
    ['control', 'cursor', 'progress', 'search', 'random', 'memory', 'slots', 'averages', 'accepted'] as const
  ).map((name) => state[name] - base);
  engine.u32.set(
    [STATE_MAGIC, STATE_VERSION, elementBytes(objective.dtype), state.bytes, objective.bytes, ...places],
    state.header >>> 2,
  );
  engine.u32.set([seed % 2 ** 32, Math.floor(seed / 2 ** 32), SHUFFLE_STREAM], state.random >>> 2);
  writeFields(engine, state.cursor, cursor, {
    rows: objective.rows,
    batch: objective.batch,
    count: objective.batch,
    scale: 1,
    limit: objective.limit,
    index: objective.shuffled ? work.index! : 0,
    outputs: objective.outputs,
  });
  writeFields(engine, state.progress, progress, {
    limit: Infinity,
    tolerance: options.tolerance,
    lossTolerance: options.lossTolerance,
    firstGradientMax: -1,
    lastObjective: Number.NaN,
    rateFactor: 1,
    stepsToEvent: period,
    period,
    log: work.log,
    logCapacity: LOG_CAPACITY,
    yieldAtEvent: Number(options.yieldAtEvent),
    yieldAtStep: Number(options.yieldAtStep),
    skipNonFinite: Number(options.nonFinite === 'skip'),
  });
  objective.write(engine, work);
  updates?.write(engine, work.settings);
  writeAround(engine, options, work.around);
  if (isLineSearch(optimizer)) {
    writeFields(engine, state.search, search, searchFields(optimizer, regularization.proximal() !== undefined));
  }
  regularization.write(engine, work.penalties);
}
