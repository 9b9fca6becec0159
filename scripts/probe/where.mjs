/** The version of this runtime, as far as it tells. */
export function where() {
  const { Deno, Bun, navigator, process } = globalThis;
  return Deno?.version.deno ?? Bun?.version ?? process?.version ?? navigator?.userAgent ?? '';
}
