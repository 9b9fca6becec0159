/** What of the package is called; it has no declarations of its own. */
declare module 'lzma' {
  const lzma: { compress(bytes: Uint8Array, level: number): number[] };
  export default lzma;
}
