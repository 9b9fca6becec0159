/**
 * Learning curves in braille: 2 × 4 dots a character. Both axes turn logarithmic where the numbers span much. Without
 * colour the second curve is dashed.
 */
import type { FitResult } from 'downhill';
import { dim, first, hasColour, print, second, width } from './screen.ts';

interface Series {
  readonly name: string;
  readonly values: readonly number[];
  readonly paint: (text: string) => string;
  readonly dashed: boolean;
}

/** Maps low … high to 0 … 1. */
interface Scale {
  at(value: number): number;
  value(at: number): number;
}

function scaleOf(low: number, high: number, logarithmic: boolean): Scale {
  const f = logarithmic ? Math.log : (x: number): number => x;
  const inverse = logarithmic ? Math.exp : (x: number): number => x;
  const from = f(low);
  const span = f(high) - from || 1;
  return { at: (value) => (f(value) - from) / span, value: (at) => inverse(from + at * span) };
}

/** Dots of the braille character, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

/** Characters of a grid, 0 where nothing is drawn, and the series on top of each. */
export class Canvas {
  readonly cells: Uint8Array;
  readonly owner: Int8Array;
  readonly columns: number;
  readonly rows: number;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.cells = new Uint8Array(columns * rows);
    this.owner = new Int8Array(columns * rows).fill(-1);
  }

  dot(x: number, y: number, owner: number): void {
    const cell = (y >> 2) * this.columns + (x >> 1);
    this.cells[cell]! |= DOTS[x & 1]![y & 3]!;
    this.owner[cell] = owner;
  }

  /** Lines of text; `paint` colours the characters of a series. */
  lines(paint: (text: string, owner: number) => string = (text) => text): string[] {
    return Array.from({ length: this.rows }, (_, row) => {
      let line = '';
      for (let cell = row * this.columns; cell < (row + 1) * this.columns; cell++) {
        const dots = this.cells[cell]!;
        line += dots === 0 ? ' ' : paint(String.fromCharCode(0x2800 + dots), this.owner[cell]!);
      }
      return line;
    });
  }

  /** A curve through points in dots, x ascending. */
  curve(points: readonly (readonly [x: number, y: number])[], owner: number, dashed: boolean): void {
    let [fromX, fromY] = points[0]!;
    for (const [x, y] of points) {
      const steps = Math.max(Math.abs(x - fromX), Math.abs(y - fromY), 1);
      for (let i = 0; i <= steps; i++) {
        const dotX = Math.round(fromX + ((x - fromX) * i) / steps);
        if (!dashed || dotX % 6 < 3) this.dot(dotX, Math.round(fromY + ((y - fromY) * i) / steps), owner);
      }
      [fromX, fromY] = [x, y];
    }
  }
}

/** Marks for an axis: numbers whose first digit is 1, 2 or 5, or multiples of such a number. */
function marks(scale: Scale, low: number, high: number, logarithmic: boolean, most: number): number[] {
  const found: number[] = [];
  if (logarithmic) {
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of [1, 2, 5]) found.push(Number(`${digit}e${power}`));
    }
  } else {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((digit) => digit * power >= rough) ?? 10);
    for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-12); i++)
      found.push(Number((i * step).toPrecision(6)));
  }
  const inside = found.filter((value) => value >= low && value <= high && Number.isFinite(scale.at(value)));
  // Too many marks of a logarithmic axis: the powers of ten alone, if there are two.
  if (inside.length <= most + 1) return inside;
  const powers = inside.filter((value) => Math.abs(Math.log10(value) % 1) < 1e-9);
  return powers.length >= 2 ? powers : inside;
}

/** Where the names of the curves go: beside their ends, in rows of their own. */
function labelRows(ends: readonly number[], rows: number): number[] {
  const taken = [...ends];
  let free = 0;
  for (const i of [...ends.keys()].sort((a, b) => ends[a]! - ends[b]!)) {
    taken[i] = Math.max(ends[i]!, free);
    free = taken[i]! + 1;
  }
  const over = Math.max(...taken) - (rows - 1);
  return over > 0 ? taken.map((row) => row - over) : taken;
}

/** Draws the loss of the training rows and, if there is one, of the validation rows against the epochs. */
export function drawCurve(history: FitResult['history'], rows = 6): void {
  const gutter = 7;
  const legend = 19;
  const columns = width - 2 - gutter - 2 - legend;
  const held = history.flatMap(({ validation }) => (validation ? [validation.loss] : []));
  const series: Series[] = [
    { name: 'training', values: history.map(({ loss }) => loss), paint: first, dashed: false },
    ...(held.length > 0 ? [{ name: 'validation', values: held, paint: second, dashed: !hasColour }] : []),
  ];
  const epochs = history.map(({ epoch }) => epoch);
  const all = series.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const [start, end] = [epochs[0]!, epochs.at(-1)!];
  const logY = low > 0 && high / low > 10;
  const logX = end / start > 100;
  const y = scaleOf(low, high, logY);
  const x = scaleOf(start, end, logX);
  const canvas = new Canvas(columns, rows);
  const dotY = (value: number): number => Math.round((1 - y.at(value)) * (4 * rows - 1));
  const dotX = (epoch: number): number => Math.round(x.at(epoch) * (2 * columns - 1));
  series.forEach(({ values, dashed }, owner) => {
    canvas.curve(
      values.map((value, i) => [dotX(epochs[i]!), dotY(value)] as const),
      owner,
      dashed,
    );
  });

  let left = marks(y, low, high, logY, 4).map((value) => ({ row: dotY(value) >> 2, text: String(value) }));
  // Every second one where two would touch.
  const touch = left.some(({ row }, i) => i > 0 && left[i - 1]!.row - row < 2);
  if (touch) left = left.filter((_, i) => (left.length - 1 - i) % 2 === 0);
  const places = labelRows(
    series.map(({ values }) => dotY(values.at(-1)!) >> 2),
    rows,
  );
  canvas
    .lines((text, owner) => series[owner]!.paint(text))
    .forEach((line, row) => {
      const named = series[places.indexOf(row)];
      const name = named ? named.paint(`${named.name} ${named.values.at(-1)!.toFixed(4)}`) : '';
      const mark = left.find((each) => each.row === row)?.text ?? '';
      print(`  ${dim(mark.padStart(gutter - 1) + (mark ? ' ┤' : ' │'))}${line} ${name}`.trimEnd());
    });

  const axis = new Array<string>(columns).fill('─');
  const below = new Array<string>(columns + 6).fill(' ');
  for (const epoch of marks(x, start, end, logX, 5)) {
    if (!Number.isInteger(epoch)) continue;
    const column = dotX(epoch) >> 1;
    const text = String(epoch);
    const from = column - (text.length >> 1);
    if (from < 0 || below.slice(Math.max(from - 2, 0), from + text.length).some((c) => c !== ' ')) {
      if (column !== 0) continue;
    }
    axis[column] = '┬';
    [...text].forEach((c, i) => {
      below[Math.max(from, 0) + i] = c;
    });
  }
  print(`  ${' '.repeat(gutter)}${dim(`└${axis.join('')}`)}`);
  const unit = `epoch${logX || logY ? `, log ${[logX ? 'x' : '', logY ? 'y' : ''].filter(Boolean).join(' and ')}` : ''}`;
  print(`  ${' '.repeat(gutter + 1)}${dim(`${below.join('').trimEnd().padEnd(columns)} ${unit}`)}`);
  print();
}
