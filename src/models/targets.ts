/**
 * What a loss makes of targets and predictions, by its row in the table: which task it is, how labels become numbers,
 * where the intercept starts.
 */
import type { RowSource } from '../data/matrix.ts';
import { type EncodedLabels, encodeLabels, type Label, readTargets, requireTwoClasses } from '../data/targets.ts';
import { ShapeError } from '../errors.ts';
import { checkTargets } from '../losses/targets.ts';
import type { LossSpec } from '../losses.ts';
import { lossRow } from '../program/loss.ts';
import type { LossRow } from '../program/loss-rows.ts';
import type { Task } from '../program/metrics.ts';

/** What is known of targets before they are read. */
export interface KnownTarget {
  readonly outputs: number;
  readonly classes?: readonly Label[] | undefined;
}

/** Targets as read: numbers, or labels. */
export interface ReadTarget extends KnownTarget {
  readonly values?: RowSource;
  readonly labels?: EncodedLabels;
}

/** Whether predictions are numbers or classes. */
export const taskOf = ({ link }: LossRow): Task =>
  link === 'identity' || link === 'log' ? 'regression' : 'classification';

/** Numbers of two classes: 0 and 1, or ±1 where the loss takes a sign; of more their indices. */
export const numberOf = ({ range }: LossRow, index: number): number => (range === 'sign' ? 2 * index - 1 : index);

/** How often the targets of a row stand in its predictions: a mean and a variance make two. */
export const heads = ({ targets }: LossRow): number => (targets === 'value' ? 2 : 1);

/** All targets as f64, row after row. */
export function valuesOf(source: RowSource): Float64Array {
  const values = new Float64Array(source.rows * source.columns);
  source.copyRows(values, source.columns, 0, source.rows);
  return values;
}

function readNumbers(
  loss: LossSpec,
  row: LossRow,
  y: unknown,
  rows: number,
  known: KnownTarget | undefined,
  what: string,
) {
  const values = readTargets(y, rows, what);
  const columns = known ? known.outputs / heads(row) : row.targets === 'value' ? 1 : values.columns;
  if (values.columns !== columns) {
    throw new ShapeError(`${what}: expected ${columns} columns, got ${values.columns}`);
  }
  if (row.range !== 'finite') checkTargets(row, loss, valuesOf(values), columns, columns, what);
  return { outputs: columns * heads(row), values };
}

function readDistributions(
  loss: LossSpec,
  row: LossRow,
  y: unknown,
  rows: number,
  given: readonly Label[] | undefined,
  what: string,
): ReadTarget {
  const values = readTargets(y, rows, what);
  const { columns } = values;
  const classes = given ?? Array.from({ length: columns }, (_, k) => k);
  if (columns < 2 || columns !== classes.length) {
    throw new ShapeError(
      `${what}: expected a distribution over ${Math.max(2, classes.length)} classes, got ${columns}`,
    );
  }
  checkTargets(row, loss, valuesOf(values), columns, columns, what);
  return { outputs: columns, values, classes };
}

/**
 * Reads targets.
 * @param known what they were before.
 * @param given the classes, if they were given.
 * @param what they are, for messages.
 */
export function readTarget(
  loss: LossSpec,
  y: unknown,
  rows: number,
  known: KnownTarget | undefined,
  given: readonly Label[] | undefined,
  model: string,
  what: string,
): ReadTarget {
  const row = lossRow(loss);
  if (taskOf(row) === 'regression') return readNumbers(loss, row, y, rows, known, what);
  const classes = known?.classes ?? given;
  if (row.range === 'probability') return readDistributions(loss, row, y, rows, classes, what);
  const ignored = 'ignoreIndex' in loss ? loss.ignoreIndex : null;
  const labels = encodeLabels(y, classes, rows, what, ignored ?? undefined);
  const several = row.targets === 'index';
  if (!several) requireTwoClasses(labels.classes, model);
  return { outputs: several ? labels.classes.length : 1, labels, classes: labels.classes };
}
