/** The worked example of the literature. `node build/examples/linear-regression/index.js`; see estimate.ts. */
import { loadSeed } from '../data/index.ts';
import { estimate, type Line, STEPS } from './estimate.ts';

/** Points `o` (`8` where several meet), the line `.`, predictions `X`; x from 0 to 1.6, y from 0 to 5. */
function scatter(line: Line, predictions: readonly { x: number; y: number }[], columns = 64, rows = 18): string[] {
  const { x, y } = loadSeed();
  const [right, top] = [1.6, 5];
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  const put = (px: number, py: number, mark: (before: string) => string): void => {
    const column = Math.round((px / right) * (columns - 1));
    const row = rows - 1 - Math.round((py / top) * (rows - 1));
    const cells = grid[row];
    if (cells && column >= 0 && column < columns) cells[column] = mark(cells[column]!);
  };
  for (let column = 0; column < columns; column++) {
    const px = (column / (columns - 1)) * right;
    put(px, line.intercept + line.slope * px, () => '.');
  }
  x.forEach((px, i) => {
    put(px, y[i]!, (before) => (before === 'o' || before === '8' ? '8' : 'o'));
  });
  for (const point of predictions) put(point.x, point.y, () => 'X');
  const body = grid.map((cells, row) => {
    const value = (top * (rows - 1 - row)) / (rows - 1);
    const whole = Math.round(value);
    const marked = Math.abs(value - whole) < top / (rows - 1) / 2;
    return `  ${(marked ? String(whole) : '').padStart(2)} |${cells.join('')}`.trimEnd();
  });
  const axis = new Array<string>(columns).fill('-');
  const below = new Array<string>(columns + 2).fill(' ');
  for (const value of [0, 0.5, 1, 1.5]) {
    const column = Math.round((value / right) * (columns - 1));
    axis[column] = '+';
    [...String(value)].forEach((c, i) => {
      below[column + i] = c;
    });
  }
  return [...body, `     +${axis.join('')}`, `      ${below.join('').trimEnd()}`];
}

const { descents, leastSquares, predictions, curvature } = estimate();
const { reference } = loadSeed();
const row = (name: string, cells: readonly (string | number)[]): string =>
  `  ${name.padEnd(29)}${cells.map((cell, i) => String(cell).padStart(i < 3 ? 13 : 7)).join('')}`;
const numbers = ({ intercept, slope, loss, steps }: Line): (string | number)[] => [
  ...[intercept, slope, loss].map((value) => value.toFixed(9)),
  steps,
];

const [flat, steep] = curvature;
const left = (rate: number): string => `${(100 * (1 - rate * flat) ** STEPS).toPrecision(2)} %`;
const distance = Math.max(
  Math.abs(leastSquares.intercept - reference.intercept),
  Math.abs(leastSquares.slope - reference.slope),
);

console.log(`100 points of y = 2x + 1 + noise, all parameters zero at the start

${row('', ['intercept', 'slope', 'loss', 'steps'])}
${descents.map((line) => row(`gradient descent, rate ${line.rate}`, numbers(line))).join('\n')}
${row('line search, to 1e-12', numbers(leastSquares))}
${row('least squares, exact', [reference.intercept.toFixed(9), reference.slope.toFixed(9)])}

  Gradient descent converges to the line of least squares, not to the 1 and 2
  behind the noise. A step leaves 1 − rate·curvature of the error, and the loss
  curves by ${flat.toFixed(3)} in its flattest direction, by ${steep.toFixed(3)} in its steepest. In the
  flattest, ${STEPS} steps of 0.01 leave ${left(0.01)} of the error, as many of 0.1 leave
  ${left(0.1)}. Above a rate of 2/${steep.toFixed(3)} = ${(2 / steep).toFixed(3)} it diverges. The line search
  needs no rate; it is within ${distance.toExponential(0)} of exact.

${predictions.map(({ x, y }) => `  ŷ(${x.toFixed(1)}) = ${y.toFixed(9)}`).join('\n')}

${scatter(leastSquares, predictions).join('\n')}

  o point, 8 several, . the line, X predictions; x above 1 lies outside the data`);
