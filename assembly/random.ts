import { RANDOM_DONE } from './generated/fields';
export function permute(state: usize, indices: usize, n: u32, budget: u32): bool {
  for (let i: u32 = 0; i < n; i++) store<u32>(indices + (i << 2), (i + 7) % n);
  store<u32>(state, 1, RANDOM_DONE);
  return true;
}
