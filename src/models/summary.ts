/** A network as a table. */
import type { Graph } from '../layers/graph.ts';

const count = (n: number): string => n.toLocaleString('en-US');

/** Name, kind, shape and number of parameters of every layer; totals below. */
export function summaryOf({ input, nodes }: Graph): string {
  const size = (i: number, buffers: boolean): number =>
    nodes[i]!.owner === i
      ? nodes[i]!.parameters.filter(({ buffer = false }) => buffer === buffers).reduce(
          (sum, { rows, columns }) => sum + rows * columns,
          0,
        )
      : 0;
  const total = (buffers: boolean): number => nodes.reduce((sum, _, i) => sum + size(i, buffers), 0);
  const straight = nodes.every(({ inputs }, i) => inputs.length === 1 && inputs[0] === i);
  const nameOf = (v: number): string => (v === 0 ? 'input' : nodes[v - 1]!.name);
  const table = [
    ['layer', 'output shape', 'parameters', ...(straight ? [] : ['from'])],
    ['input', `[${input.join(', ')}]`, '0', ...(straight ? [] : [''])],
    ...nodes
      .map(({ name, shape, inputs, activation, follows }, i) => [
        activation ? `${name} + ${follows}` : name,
        `[${shape.join(', ')}]`,
        count(size(i, false) + size(i, true)),
        ...(straight ? [] : [inputs.map(nameOf).join(', ')]),
      ])
      .filter(([name]) => name !== 'input'),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[2]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  const kept = total(true);
  const all = `parameters: ${count(total(false))}${kept > 0 ? `, and ${count(kept)} running statistics` : ''}`;
  return [lines[0], rule, ...lines.slice(1), rule, all].join('\n');
}
