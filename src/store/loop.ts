/** Where the loop around the steps stood, as it was stored. */
import type { LoopState } from '../checkpoint.ts';
import type { EarlyStopperState } from '../early-stopping.ts';
import type { Metrics, StopReason } from '../events.ts';
import type { Extras, HistoryState } from '../history.ts';
import {
  anything,
  boolean,
  integer,
  isPlain,
  logFields,
  nullable,
  number,
  oneOf,
  readOptions,
  take,
} from '../internals.ts';
import type { Field } from '../spec.ts';
import { bytes, floats, listOf, real } from './fields.ts';

const count = integer('[0, ∞)');

const WIDTH = logFields.length + 1;

type Held = NonNullable<Extras['validation']>;

const metricsField: Field<Metrics> = {
  expected: () => 'metrics',
  read: (value, at) =>
    isPlain(value)
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, take(real, one, at)]))
      : undefined,
};

const extrasField = listOf((value, at): readonly [number, Extras] => {
  const [event, given] = Array.isArray(value) ? value : [];
  const { metrics, validation } = readOptions<{ metrics: Metrics; validation: unknown }>(
    at,
    { metrics: metricsField, validation: anything },
    given,
  );
  const fields = { loss: real, metrics: metricsField };
  const held = validation === null ? {} : { validation: readOptions<Held>(at, fields, validation) };
  return [take(integer('[0, ∞)'), event, at), { metrics, ...held }];
});

const historyField: Field<HistoryState> = {
  expected: () => `records of ${WIDTH} numbers`,
  read(value, at) {
    const read = readOptions<HistoryState>(at, { records: floats('f64'), extras: extrasField }, value);
    const length = read.records.length / WIDTH;
    return Number.isInteger(length) && read.extras.every(([i]) => i < length) ? read : undefined;
  },
};

/** Where early stopping stands. */
const stopperField: Field<EarlyStopperState> = {
  expected: () => 'where early stopping stands',
  read: (value, at) =>
    readOptions<EarlyStopperState>(
      at,
      { evaluations: count, best: nullable(real), bestEvaluation: nullable(count), wait: count },
      value,
    ),
};

const reasons = ['converged', 'epochs', 'steps', 'earlyStopping', 'aborted', 'callback', 'lineSearch'] as const;

/** Reads where a loop stood. @param parameterBytes of all parameters. @internal */
export function readLoop(given: unknown, parameterBytes: number): LoopState {
  const best: Field<LoopState['best']> = {
    expected: () => 'the best parameters',
    read: (value, at) =>
      value === null ? null : readOptions(at, { bytes: bytes(parameterBytes), epoch: count }, value),
  };
  return readOptions<LoopState>(
    'resume: loop',
    {
      looking: boolean(),
      ending: nullable(oneOf<StopReason>(reasons)),
      rollbacks: count,
      firstStep: count,
      firstEpoch: count,
      seconds: number('[0, ∞)'),
      stopper: nullable(stopperField),
      best,
      history: historyField,
    },
    given,
  );
}
