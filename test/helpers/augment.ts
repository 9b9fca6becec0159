/** Augmentation of images in plain f64: every corner asked whether it is inside, `Math.sin` and `Math.cos`. */
import type { AugmentImagesSpec } from 'downhill';
import { Philox, streams } from '#src/data/random.js';

/** What happens to the row at a position of an epoch. */
export function placeOf(spec: AugmentImagesSpec, seed: number, epoch: number, position: number) {
  const random = new Philox(seed, streams.augment, epoch);
  for (let i = 0; i < 4 * position; i++) random.next();
  const words = [0, 1, 2, 3].map(() => random.next());
  const u = words.map((word) => Math.floor(word / 256) / 2 ** 24);
  const [low, high] = spec.scale;
  const mirrors = (way: string, word: number): boolean =>
    (spec.flip === way || spec.flip === 'both') && words[word]! % 2 === 1;
  return {
    angle: ((spec.rotate * Math.PI) / 180) * (2 * u[0]! - 1),
    scale: low + (high - low) * u[1]!,
    right: spec.shift * (2 * u[2]! - 1),
    down: spec.shift * (2 * u[3]! - 1),
    horizontal: mirrors('horizontal', 2),
    vertical: mirrors('vertical', 3),
  };
}

/** One image. */
export function moved(
  image: ArrayLike<number>,
  spec: AugmentImagesSpec,
  { angle, scale, right, down, horizontal, vertical }: ReturnType<typeof placeOf>,
): number[] {
  const { height, width, channels, fill } = spec;
  const at = (row: number, column: number, channel: number): number =>
    row >= 0 && row < height && column >= 0 && column < width
      ? image[(row * width + column) * channels + channel]!
      : fill;
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const out: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [dx, dy] = [column - cx - right, row - cy - down];
      const turnedX = (Math.cos(angle) * dx + Math.sin(angle) * dy) / scale;
      const turnedY = (Math.cos(angle) * dy - Math.sin(angle) * dx) / scale;
      const x = cx + (horizontal ? -turnedX : turnedX);
      const y = cy + (vertical ? -turnedY : turnedY);
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - left, y - top];
      for (let channel = 0; channel < channels; channel++) {
        const upper = (1 - fx) * at(top, left, channel) + fx * at(top, left + 1, channel);
        const lower = (1 - fx) * at(top + 1, left, channel) + fx * at(top + 1, left + 1, channel);
        out.push((1 - fy) * upper + fy * lower);
      }
    }
  }
  return out;
}
