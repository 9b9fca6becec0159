/** Augmentation of images by itself, against plain f64 loops of the formula. */
import { type AugmentImagesOptions, augment, augmentImages } from 'downhill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { moved, placeOf } from '../helpers/augment.ts';
import { closeTo, sameBits } from '../helpers/close.js';
import { bytesOf } from '../helpers/kernel.ts';
import { source } from '../helpers/points.js';
import { throws } from '../throws.js';

const everything = { shift: 2, rotate: 30, scale: [0.8, 1.3], flip: 'both', fill: -0.25 } as const;

const images = (rows: number, columns: number, seed = 1): { data: Float64Array; shape: [number, number] } => {
  const next = source(seed);
  return { data: Float64Array.from({ length: rows * columns }, next), shape: [rows, columns] };
};

const single = ({ data, shape }: ReturnType<typeof images>) => ({ data: Float32Array.from(data), shape });

test('every pixel is that of a plain loop, whatever the size and the channels', () => {
  const shapes = [
    [1, 1, 1],
    [1, 5, 1],
    [6, 1, 2],
    [2, 3, 1],
    [5, 7, 3],
    [4, 4, 4],
    [9, 8, 1],
    [28, 28, 1],
    [3, 33, 2],
  ] as const;
  const ways: Omit<AugmentImagesOptions, 'height' | 'width'>[] = [
    everything,
    { shift: 3 },
    { shift: 0.5 },
    { rotate: 180 },
    { scale: [0.3, 0.5], fill: 2 },
    { scale: [2, 3] },
    { flip: 'horizontal' },
    { flip: 'vertical', rotate: 5 },
    { shift: 2048, fill: 1 },
  ];
  for (const [height, width, channels] of shapes) {
    const given = images(9, height * width * channels, height * width);
    for (const way of ways) {
      const spec = augmentImages({ height, width, channels, ...way });
      const seed = 2 ** 33 + 7;
      const columns = height * width * channels;
      const f64 = augment<Float64Array>(given, spec, { seed, epoch: 3 });
      const rounded = single(given);
      const f32 = augment<Float32Array>(rounded, spec, { seed, epoch: 3 });
      assert.instance(f64, Float64Array);
      assert.instance(f32, Float32Array);
      for (let i = 0; i < 9; i++) {
        const place = placeOf(spec, seed, 3, i);
        const what = `${height} × ${width} × ${channels} ${JSON.stringify(way)}, row ${i},`;
        const own = (values: ArrayLike<number>): number[] => Array.from(values).slice(i * columns, (i + 1) * columns);
        closeTo(own(f64), moved(own(given.data), spec, place), 1e-12, what);
        // A coordinate below 64 has an error of some 2^-18 in f32, a shift of 2,048 one of 2^-12.
        closeTo(own(f32), moved(own(rounded.data), spec, place), way.shift === 2048 ? 1e-3 : 3e-5, what);
      }
    }
  }
});

test('nothing asked: the same bits', () => {
  for (const fill of [0, 7]) {
    for (const [height, width, channels] of [
      [7, 5, 1],
      [4, 9, 3],
      [28, 28, 1],
    ] as const) {
      const given = images(20, height * width * channels);
      const spec = augmentImages({ height, width, channels, fill });
      sameBits(augment(given, spec), given.data);
      const rounded = single(given);
      sameBits(augment(rounded, spec, { seed: 5, epoch: 1 }), rounded.data);
    }
  }
});

test('mirrored images are exact, in half of all cases, each way by itself', () => {
  const [height, width] = [5, 6];
  const rows = 4000;
  const given = { data: new Float32Array(rows * 30), shape: [rows, 30] };
  for (let i = 0; i < given.data.length; i++) given.data[i] = i % 30;
  const found = (flip: 'horizontal' | 'vertical' | 'both'): Map<string, number> => {
    const out = augment(given, augmentImages({ height, width, flip }), { seed: 9 });
    const counts = new Map<string, number>();
    for (let i = 0; i < rows; i++) {
      const key = out.subarray(i * 30, (i + 1) * 30).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const pixels = (at: (row: number, column: number) => number): string =>
    Array.from({ length: 30 }, (_, i) => at(Math.floor(i / 6), i % 6)).join();
  const plain = pixels((row, column) => row * 6 + column);
  const sideways = pixels((row, column) => row * 6 + 5 - column);
  const upside = pixels((row, column) => (4 - row) * 6 + column);
  const turned = pixels((row, column) => (4 - row) * 6 + 5 - column);
  const expect = (flip: 'horizontal' | 'vertical' | 'both', images: readonly string[]): void => {
    const counts = found(flip);
    assert.equal([...counts.keys()].sort(), [...images].sort(), flip);
    const share = 1 / images.length;
    // Five standard deviations.
    const far = 5 * Math.sqrt((share * (1 - share)) / rows);
    for (const count of counts.values()) assert.ok(Math.abs(count / rows - share) < far, `${flip} ${count}`);
  };
  expect('horizontal', [plain, sideways]);
  expect('vertical', [plain, upside]);
  expect('both', [plain, sideways, upside, turned]);
});

/** What was done to each of many images, read off a ramp of columns and one of rows, channels 0 and 1. */
function measured(options: Omit<AugmentImagesOptions, 'height' | 'width'>, rows = 4000) {
  const side = 21;
  const ramps = Float64Array.from({ length: side * side * 2 }, (_, i) => {
    const pixel = Math.floor(i / 2);
    return i % 2 ? Math.floor(pixel / side) : pixel % side;
  });
  const data = new Float64Array(rows * ramps.length);
  for (let i = 0; i < rows; i++) data.set(ramps, i * ramps.length);
  const spec = augmentImages({ height: side, width: side, channels: 2, ...options });
  const out = augment({ data, shape: [rows, ramps.length] }, spec, { seed: 11 });
  return Array.from({ length: rows }, (_, i) => {
    const at = (row: number, column: number, channel: number): number =>
      out[i * ramps.length + (row * side + column) * 2 + channel]!;
    const [xx, yx] = [at(10, 11, 0) - at(10, 10, 0), at(11, 10, 0) - at(10, 10, 0)];
    const scale = 1 / Math.hypot(xx, yx);
    return {
      scale,
      angle: (Math.atan2(yx, xx) * 180) / Math.PI,
      // q = c − R(−φ)·t/s at the middle.
      x: at(10, 10, 0) - 10,
      y: at(10, 10, 1) - 10,
    };
  });
}

/** The values are uniform on [low, high]: range, mean and variance within five standard errors. */
function uniform(values: readonly number[], low: number, high: number): void {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
  const expected = (high - low) ** 2 / 12;
  assert.ok(Math.min(...values) > low - 1e-9 && Math.max(...values) < high + 1e-9, 'range');
  assert.ok(Math.abs(mean - (low + high) / 2) < 5 * Math.sqrt(expected / n), `mean ${mean}`);
  // The fourth moment of a uniform number is 9/5 of the square of its variance.
  assert.ok(Math.abs(variance - expected) < 5 * expected * Math.sqrt(0.8 / n), `variance ${variance}`);
}

function uncorrelated(a: readonly number[], b: readonly number[]): void {
  const n = a.length;
  const mean = (v: readonly number[]): number => v.reduce((sum, one) => sum + one, 0) / n;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((all, _, i) => all + f(i), 0);
  const r =
    sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2));
  assert.ok(Math.abs(r) < 5 / Math.sqrt(n), `correlation ${r}`);
}

test('shifts, angles and scales are uniform within their ranges and independent', () => {
  const shifts = measured({ shift: 3 });
  uniform(
    shifts.map(({ x }) => -x),
    -3,
    3,
  );
  uniform(
    shifts.map(({ y }) => -y),
    -3,
    3,
  );
  const turns = measured({ rotate: 40, scale: [0.7, 1.6] });
  const [angles, scales] = [turns.map(({ angle }) => angle), turns.map(({ scale }) => scale)];
  uniform(angles, -40, 40);
  uniform(scales, 0.7, 1.6);
  uncorrelated(angles, scales);
  uncorrelated(
    shifts.map(({ x }) => x),
    shifts.map(({ y }) => y),
  );
  uncorrelated(
    angles,
    shifts.map(({ x }) => x),
  );
});

test('a positive angle turns clockwise, a positive shift moves right and down', () => {
  const spec = augmentImages({ height: 9, width: 9, rotate: 90, shift: 2 });
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);
  const image = new Float64Array(81);
  image[4 * 9 + 6] = 1; // right of the middle
  for (const seed of seeds) {
    const { angle, right, down } = placeOf(spec, seed, 0, 0);
    const out = augment([image], spec, { seed });
    let [x, y, all] = [0, 0, 0];
    out.forEach((value, i) => {
      x += value * (i % 9);
      y += value * Math.floor(i / 9);
      all += value;
    });
    // The centre of the spot, up to what the corners of the square pixel do to it.
    assert.ok(Math.abs(x / all - (4 + right + 2 * Math.cos(angle))) < 0.3, `${seed} x`);
    assert.ok(Math.abs(y / all - (4 + down + 2 * Math.sin(angle))) < 0.3, `${seed} y`);
  }
});

test('a function of seed, epoch and position', () => {
  const given = images(12, 64);
  const spec = augmentImages({ height: 8, width: 8, ...everything });
  const all = augment(given, spec, { seed: 4, epoch: 2 });
  sameBits(augment(given, spec, { seed: 4, epoch: 2 }), all);
  const first = augment({ data: given.data.subarray(0, 5 * 64), shape: [5, 64] }, spec, { seed: 4, epoch: 2 });
  sameBits(first, all.subarray(0, 5 * 64));
  for (const other of [{ seed: 5, epoch: 2 }, { seed: 4, epoch: 3 }, { seed: 4 + 2 ** 32, epoch: 2 }, {}]) {
    assert.not.equal(bytesOf(augment(given, spec, other)), bytesOf(all));
  }
  sameBits(augment(given, spec), augment(given, spec, { seed: 0, epoch: 0 }));
});

test('rows of arrays and of bytes', () => {
  const spec = augmentImages({ height: 2, width: 2 });
  const bytes = augment([Uint8Array.of(0, 255, 3, 4)], spec);
  assert.equal(bytes, Float32Array.of(0, 255, 3, 4));
  assert.equal(augment([[0.1, 2, 3, 4]], spec), Float64Array.of(0.1, 2, 3, 4));
});

test('the spec is plain data with its defaults', () => {
  const spec = augmentImages({ height: 28, width: 28, shift: 2 });
  assert.equal(spec, {
    kind: 'augmentImages',
    height: 28,
    width: 28,
    channels: 1,
    shift: 2,
    rotate: 0,
    scale: [1, 1],
    flip: null,
    fill: 0,
  });
  assert.equal(augmentImages(JSON.parse(JSON.stringify(spec))), spec);
  assert.equal(augmentImages(structuredClone(spec)), spec);
  assert.ok(Object.isFrozen(spec) && Object.isFrozen(augmentImages({ ...spec, scale: [0.5, 2] }).scale));
});

test('bad input', () => {
  const bad = (options: object, message: string): void =>
    throws(
      () => augmentImages({ height: 28, width: 28, ...options } as never),
      'ERR_ARGUMENT',
      `augmentImages: ${message}`,
    );
  bad({ height: undefined }, 'height is required: an integer in [1, 2048]');
  for (const height of [0, 1.5, -3, 4096]) bad({ height }, `height must be an integer in [1, 2048], got ${height}`);
  for (const shift of [-1, Number.NaN, Infinity, 1e9])
    bad({ shift }, `shift must be a number in [0, 2048], got ${shift}`);
  for (const rotate of [-1, 181]) bad({ rotate }, `rotate must be a number in [0, 180], got ${rotate}`);
  for (const scale of [[1.1, 0.9], [0, 1], [1], [1, 1, 1], [1, Number.NaN], [1, 1e3], 1.1]) {
    assert.throws(
      () => augmentImages({ height: 28, width: 28, scale } as never),
      /^augmentImages: scale must be two numbers, 0.01 ≤ low ≤ high ≤ 100, got /,
    );
  }
  bad({ flip: 'sideways' }, 'flip must be "horizontal" or "vertical" or "both" or null, got "sideways"');
  bad({ fill: Infinity }, 'fill must be a number in (-∞, ∞), got Infinity');
  bad(
    { translate: 2 },
    'unknown option translate; there are height, width, channels, shift, rotate, scale, flip, fill',
  );
  const spec = augmentImages({ height: 2, width: 3 });
  throws(() => augment([[1, 2, 3, 4]], spec), 'ERR_SHAPE', 'augmentation: expected 2 × 3 × 1 = 6 columns, got 4');
  throws(() => augment([[1, 2, 3, 4, 5, Infinity]], spec), 'ERR_DATA', 'images: row 0, column 5 is Infinity');
  const six = [[1, 2, 3, 4, 5, 6]];
  assert.throws(() => augment(six, { height: 2, width: 3 } as never), /^augmentation must be an augmentation such as/);
  assert.throws(() => augment(six, spec, { seed: -1 }), /^augment: seed must be an integer ≥ 0, got -1/);
  assert.throws(() => augment(six, spec, { epoch: 0.5 }), /^augment: epoch must be an integer/);
});

test.run();
