/**
 * The pairwise tree by its definition: the left subtree is the largest complete one that leaves something to the right.
 */
export function pairwise<V>(leaves: readonly V[], add: (left: V, right: V) => V): V {
  if (leaves.length === 1) return leaves[0]!;
  let left = 1;
  while (2 * left < leaves.length) left *= 2;
  return add(pairwise(leaves.slice(0, left), add), pairwise(leaves.slice(left), add));
}
