/** What targets of a loss must be, by the table; class weights and rows that do not count. */
import { ArgumentError, DataError } from '../errors.ts';
import { numbers } from '../program/block.ts';
import type { LossRow, TargetRange } from '../program/loss-rows.ts';
import type { LossSpec } from './options.ts';

const finite = Number.isFinite as (y: number) => boolean;

const ranges: Readonly<Record<Exclude<TargetRange, 'index'>, readonly [what: string, fits: (y: number) => boolean]>> = {
  finite: ['a finite number', finite],
  nonNegative: ['a finite number ≥ 0', (y) => finite(y) && y >= 0],
  positive: ['a finite number > 0', (y) => finite(y) && y > 0],
  unit: ['a number in [0, 1]', (y) => y >= 0 && y <= 1],
  binary: ['0 or 1', (y) => y === 0 || y === 1],
  sign: ['-1 or 1', (y) => y === 1 || y === -1],
  probability: ['a probability ≥ 0', (y) => finite(y) && y >= 0],
};

const ignored = (loss: LossSpec): number | null => ('ignoreIndex' in loss ? loss.ignoreIndex : null);

/**
 * Throws where a target is not what the loss takes.
 * @param columns targets of a row.
 * @param classes how many there are, for indices.
 * @throws {DataError} that names the first such value or row.
 */
export function checkTargets(
  row: LossRow,
  loss: LossSpec,
  targets: ArrayLike<number>,
  columns: number,
  classes: number,
  what = 'targets',
): void {
  const { range } = row;
  const isIndex = (y: number): boolean => (Number.isInteger(y) && y >= 0 && y < classes) || y === ignored(loss);
  const [expected, fits] =
    range === 'index' ? [`the index of a class, an integer in [0, ${classes})`, isIndex] : ranges[range];
  const bad = Array.prototype.findIndex.call(targets, (y: number) => !fits(y));
  if (bad >= 0) throw new DataError(`${what}: value ${bad} must be ${expected}, got ${targets[bad]}`);
  if (range !== 'probability' || ('normalized' in loss && !loss.normalized)) return;
  for (let at = 0; at < targets.length; at += columns) {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += targets[at + k]!;
    if (!(Math.abs(sum - 1) <= 1e-6)) {
      throw new DataError(
        `${what}: row ${at / columns} must be a distribution, numbers ≥ 0 that sum to 1, got a sum of ${sum}`,
      );
    }
  }
}

/** Indices with −1 where the row does not count. */
export function markIgnored(loss: LossSpec, targets: ArrayLike<number>): Int32Array {
  const index = ignored(loss);
  return Int32Array.from(targets, (y) => (y === index ? -1 : y));
}

/** Class weights, if each row has several. */
function mixed(loss: LossSpec): readonly number[] | null {
  if (loss.kind !== 'softmaxCrossEntropy' || (loss.targets === 'index' && loss.labelSmoothing === 0)) return null;
  return loss.classWeights;
}

/**
 * What the loss itself weighs rows with: class weights, and 0 where a row does not count.
 * @param indices of classes, −1 where the row does not count.
 * @returns nothing if all rows count the same.
 * @throws {DataError} if no row counts.
 * @throws {ArgumentError} if class weights are not as many as classes.
 */
export function rowFactors(loss: LossSpec, indices: Int32Array | undefined, classes: number): Float64Array | undefined {
  const weights = 'classWeights' in loss ? loss.classWeights : null;
  if (weights && weights.length !== classes) {
    throw new ArgumentError(`classWeights: expected ${classes}, one per class, got ${weights.length}`);
  }
  if (!indices) return undefined;
  const byRow = mixed(loss) ? null : weights;
  if (!byRow && !indices.includes(-1)) return undefined;
  if (indices.every((index) => index < 0)) {
    throw new DataError(`targets: expected a row that counts, all are ${ignored(loss)}, which is ignored`);
  }
  return Float64Array.from(indices, (index) => (index < 0 ? 0 : byRow ? byRow[index]! : 1));
}

/**
 * The numbers that the kernel reads: options of the row, and class weights where each row has several.
 * @param weights of the rows. If they are scaled to mean 1, so are class weights.
 */
export function lossNumbers(
  row: LossRow,
  loss: LossSpec,
  indices?: Int32Array,
  weights?: ArrayLike<number>,
  scaled = true,
): readonly number[] {
  const block = numbers(row, loss);
  const classes = mixed(loss);
  if (!classes) return block;
  let mean = 1;
  if (indices && scaled) {
    mean = 0;
    for (let i = 0; i < indices.length; i++) mean += (weights?.[i] ?? 1) * (classes[indices[i]!] ?? 0);
    mean /= indices.length;
    if (mean === 0) throw new DataError('sample and class weights are 0 for every training row');
  }
  return [block[0]!, block[1]!, 1, ...classes.map((weight) => weight / mean)];
}
