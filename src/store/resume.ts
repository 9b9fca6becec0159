/** Going on from a checkpoint. */
import type { Checkpoint } from '../checkpoint.ts';
import type { FitResult } from '../events.ts';
import { ArgumentError } from '../index.ts';
import { anything, integer, isPlain, oneOf, readOptions, string, take } from '../internals.ts';
import type { Engine } from '../memory/engine.ts';
import type { AnyEstimator } from '../models/estimator.ts';
import type { FitOptions } from '../models/options.ts';
import type { Run } from '../run.ts';
import { listOf, missingRate, unmarked } from './fields.ts';
import { readLoop } from './loop.ts';
import { makeModel, readFrame } from './restore.ts';
import { restoreRun } from './restore-run.ts';

export interface ResumeOptions<Y = unknown> extends FitOptions<Y> {
  /** Whether the rows may be others than those of the checkpoint. Default false. */
  readonly otherData?: boolean;
  /** The instance of the module to compute in. Default the shared strict one. */
  readonly engine?: Engine;
}

const fields = {
  kind: oneOf(['checkpoint']),
  model: anything,
  options: anything,
  needs: listOf((value, at) => take(string(), value, at)),
  data: string(),
  run: anything,
  loop: anything,
};

/**
 * Goes on with a run where a checkpoint was taken: with the same data the same bits come out as without the break, for every
 * model, optimizer, schedule and average, in another process as well.
 *
 * What cannot be stored is given again: rates that are functions (with their optimizer), `sampleWeights`, validation rows,
 * `signal` and callbacks. Any other option may be another one; then it is another run from there on.
 * @param checkpoint what `run.checkpoint()` gave; nothing of it is trusted.
 * @param x the rows of the run. @param y their targets.
 * @returns the run, with its `model`.
 * @throws {ArgumentError} with code `ERR_OTHER_DATA` if the rows are others, unless `otherData` is true; if an option is
 * missing; if it is no checkpoint or its options do not fit it.
 */
export function resume(
  checkpoint: Checkpoint,
  x: unknown,
  y: unknown,
  options: ResumeOptions = {},
): Run<FitResult> & { readonly model: AnyEstimator } {
  const read = readOptions<Checkpoint>('resume', fields as never, checkpoint);
  const { otherData = false, engine, ...given } = options;
  for (const name of read.needs) {
    if (!Object.hasOwn(given, name)) throw new ArgumentError(`resume: ${name} is not stored: give it again`);
  }
  const stored = isPlain(read.options) ? read.options : {};
  const bare = makeModel(isPlain(read.model) && read.model.spec, engine);
  const frame = readFrame('resume: model', bare, read.model);
  const model = bare.clone({}, frame.steps);
  const firstStep = take(
    integer('[0, ∞)'),
    isPlain(read.loop) ? read.loop.firstStep : undefined,
    'resume: loop: firstStep',
  );
  const run = model.goOn(
    x,
    y,
    { ...unmarked(stored, missingRate), continue: false, ...given },
    {
      frame,
      firstStep,
      restore(program, fingerprint) {
        const data = fingerprint();
        const sameRows = data === read.data;
        if (!sameRows && !otherData) {
          throw new ArgumentError(
            `resume: expected ${read.data}, those of the checkpoint, got ${data}`,
            'ERR_OTHER_DATA',
          );
        }
        const loop = readLoop(read.loop, program.objective.bytes);
        const keepRates = given.optimizer !== undefined || given.groups !== undefined;
        restoreRun(program, read.run, sameRows, keepRates);
        if (loop.firstStep > program.read('step') || loop.firstEpoch > program.read('epoch')) {
          throw new ArgumentError('resume: loop: the first step is behind the last');
        }
        return loop;
      },
    },
  );
  return Object.assign(run, { model });
}
