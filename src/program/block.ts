/** From a spec to the numbers that a kernel reads, by the tables in kernels.ts. */
interface Tie {
  readonly kind: string;
  readonly when?: Readonly<Record<string, unknown>>;
  readonly block: readonly (string | number)[];
}

interface Spec {
  readonly kind: string;
}

/** Is this the row for the spec? */
export function fits(row: Tie, spec: Spec): boolean {
  const options = spec as unknown as Record<string, unknown>;
  return row.kind === spec.kind && Object.entries(row.when ?? {}).every(([key, value]) => options[key] === value);
}

/** The options of the row as numbers, pairs one after the other; what the spec does not have is 0, what is a number stays one. */
export function numbers(row: Tie, spec: Spec): number[] {
  const options = spec as unknown as Record<string, unknown>;
  return row.block.flatMap((key) =>
    typeof key === 'number' ? key : [options[key]].flat().map((value) => Number(value ?? 0)),
  );
}
