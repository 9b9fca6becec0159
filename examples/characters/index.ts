/** Next-character prediction with an embedding. `node build/examples/characters/index.js`; see train.ts. */
import { baselines, CONTEXT, train, write } from './train.ts';

const SEED = 0;

const { single, pairs } = baselines();
console.log(`Cross-entropy of the last tenth of the book, in nats a character:
  counts of characters      ${single.toFixed(3)}
  counts of pairs           ${pairs.toFixed(3)}`);
const { model, loss, accuracy, seconds } = train({ seed: SEED, epochs: 8, units: 256 });
console.log(`  network of ${CONTEXT} characters  ${loss.toFixed(3)}   seed ${SEED}, ${(100 * accuracy).toFixed(1)} % right, ${seconds.toFixed(1)} s

It goes on by itself:
`);

/** mulberry32 (T. Ettinger, public domain). */
let state = SEED;
function uniform(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
console.log(write(model, 'Alice was beginning to ', 400, uniform));
