/** Zeroes padding that an update has moved. */
import { word } from '../lanes';

/** clean(θ, rows, bytes of a row, bytes from row to row) */
export function clean(op: usize): void {
  let p = word(op, 2);
  const used = word(op, 4);
  const stride = word(op, 5);
  const end = p + word(op, 3) * stride;
  do {
    memory.fill(p + used, 0, stride - used);
    p += stride;
  } while (p < end);
}
