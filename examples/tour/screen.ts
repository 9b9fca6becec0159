/** Lines for a terminal or a pipe: width, colour, numbers, and a line that follows a run. */
import type { FitEvent, FitResult, Run } from 'downhill';

const { stdout } = process;
const tty = stdout.isTTY === true;
const coloured = tty && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** Columns to fill: those of the terminal, from 72 to 80. */
export const width: number = Math.min(Math.max(stdout.columns || 80, 72), 80);

const paint =
  (code: number) =>
  (text: string): string =>
    coloured ? `\x1b[${code}m${text}\x1b[0m` : text;

export const bold: (text: string) => string = paint(1);
export const dim: (text: string) => string = paint(2);
export const first: (text: string) => string = paint(36);
export const second: (text: string) => string = paint(33);
/** Whether two curves can be told apart by colour. */
export const hasColour: boolean = coloured;

export function print(line = ''): void {
  stdout.write(`${line}\n`);
}

/** A number with a true minus, and a plus if asked. */
export function fixed(value: number, digits: number, plus = false): string {
  const text = Math.abs(value).toFixed(digits);
  const sign = Number(text) === 0 ? '' : value < 0 ? '−' : plus ? '+' : '';
  return sign + text;
}

/** Three significant digits, without an exponent. */
export function short(value: number, plus = false): string {
  const order = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return fixed(value, Math.min(Math.max(2 - order, 0), 8), plus);
}

/** With a space that does not break. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}\u00a0%`;
export const count = (value: number): string => value.toLocaleString('en');

/** Breaks text into lines of at most `columns`. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `──  1  Wages ─────`, and what it is about. */
export function heading(number: number, title: string, about: string): void {
  const left = `── ${number}  ${title} `;
  print();
  print(bold(left) + dim('─'.repeat(width - left.length)));
  for (const line of wrap(about, width - 2)) print(`  ${line}`);
  print();
}

/** A label, and text beside it. */
export function fact(label: string, text: string): void {
  const indent = 12;
  wrap(text, width - 2 - indent).forEach((line, i) => {
    print(`  ${i === 0 ? bold(label.padEnd(indent)) : ' '.repeat(indent)}${line}`);
  });
}

function progress({ epoch, loss, validation, seconds }: FitEvent): string {
  const held = validation ? `   validation ${validation.loss.toFixed(4)}` : '';
  return `  epoch ${String(epoch).padStart(5)}   loss ${loss.toFixed(4)}${held}   ${seconds.toFixed(2)} s`;
}

/**
 * Follows a run to its end: on a terminal in one line that is written over, elsewhere by a line at epochs 1, 10, 100 …
 * and the last.
 */
export async function follow(run: Run): Promise<FitResult> {
  let last: FitEvent | undefined;
  let written = 0;
  let next = 1;
  for await (const event of run) {
    last = event;
    if (tty && performance.now() - written > 40) {
      stdout.write(`\r\x1b[2K${progress(event)}`);
      written = performance.now();
    } else if (!tty && event.epoch >= next) {
      print(progress(event));
      next *= 10;
      last = undefined;
    }
  }
  if (tty) stdout.write('\r\x1b[2K');
  if (last) print(progress(last));
  print();
  return run;
}
