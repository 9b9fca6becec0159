/** The picture of docs/augmentation.md: digits, and what augmentation makes of each in seven epochs. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { catalogue } from './catalogue.ts';

export const PICTURE = 'docs/augmentation.svg';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CELL = 34;
const EPOCHS = 7;
/** Shades that are told apart. */
const SHADES = 8;

/** Rows of the file of digits that are shown. */
const shown = [3, 7, 12, 20];

interface Library {
  augmentImages(options: object): object;
  augment(images: object, spec: object, options: object): Float32Array;
}

/** Runs of pixels of one shade, a path a shade. */
function image(values: ArrayLike<number>, left: number, top: number): string {
  const paths = new Map<number, string>();
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; ) {
      const shade = (at: number): number => Math.round(values[row * SIDE + at]! * SHADES);
      const from = column;
      while (column < SIDE && shade(column) === shade(from)) column++;
      if (shade(from) === 0) continue;
      const run = `M${left + from} ${top + row}h${column - from}v1H${left + from}z`;
      paths.set(shade(from), (paths.get(shade(from)) ?? '') + run);
    }
  }
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([shade, d]) => {
      const grey = Math.round(255 - (shade / SHADES) * 225);
      return `<path fill="rgb(${grey},${grey},${grey})" d="${d}"/>`;
    })
    .join('');
}

export async function augmentationPicture(): Promise<string> {
  const library = (await catalogue()).library as unknown as Library;
  const bytes = gunzipSync(readFileSync('examples/data/digits.bin.gz'));
  const data = new Float32Array(shown.length * PIXELS);
  shown.forEach((digit, i) => {
    for (let j = 0; j < PIXELS; j++) data[i * PIXELS + j] = bytes[digit * PIXELS + j]! / 255;
  });
  const spec = library.augmentImages({ height: SIDE, width: SIDE, shift: 2, rotate: 15, scale: [0.85, 1.15] });
  const images = { data, shape: [shown.length, PIXELS] };
  const columns = [data, ...Array.from({ length: EPOCHS }, (_, epoch) => library.augment(images, spec, { epoch }))];
  const width = columns.length * CELL + 6;
  const height = shown.length * CELL + 14;
  const cells = columns.flatMap((column, c) =>
    shown.map((_, i) => {
      const [left, top] = [c * CELL + (c === 0 ? 3 : 6), i * CELL + 13];
      const frame = `<path fill="none" stroke="#ccc" stroke-width="0.5" d="M${left - 1} ${top - 1}h30v30h-30z"/>`;
      return frame + image(column.subarray(i * PIXELS, (i + 1) * PIXELS), left, top);
    }),
  );
  const heads = columns.map((_, c) => {
    const x = c * CELL + (c === 0 ? 17 : 20);
    return `<text x="${x}" y="8" text-anchor="middle">${c === 0 ? 'as it is' : `epoch ${c - 1}`}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * 2.5}" height="${height * 2.5}" role="img">
<title>Digits as they are, and in seven epochs</title>
<style>svg { background: #fff } text { font: 6px sans-serif; fill: #444 }</style>
${heads.join('')}
<g shape-rendering="crispEdges">
${cells.join('\n')}
</g>
</svg>
`;
}
