/** Words for error messages: what a value is, which name was probably meant. */

/** Short description of any value: `-1`, `"adam"`, `an array of length 3`, `the function adam`. Never throws. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `the bigint ${value}n`;
    case 'function':
      return value.name ? `the function ${value.name}` : 'a function';
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of length ${value.length}`;
      const tag = Object.prototype.toString.call(value).slice(8, -1);
      // A class without a tag of its own is told from a plain object by its constructor.
      const make: unknown = tag === 'Object' ? Object.getPrototypeOf(value)?.constructor : undefined;
      const name = (typeof make === 'function' && make.name) || tag;
      return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name === 'Object' ? 'object' : name}`;
    }
    default:
      return String(value);
  }
}

/** Optimal string alignment distance: insertions, deletions, changes and swaps of neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (j > 1 && i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** Whether `short` is made of letters of `long` in order, from the first on: `lr` of `learningrate`. */
function abbreviates(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at++;
  return short.length > 1 && at === short.length && short[0] === long[0];
}

/** Ends an error about an unknown name: the name that was probably meant, or all there are. */
export function didYouMean(name: string, known: readonly string[]): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[_-]/g, '');
  const given = plain(name.slice(0, 40));
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(given.length / 3));
  for (const candidate of known) {
    const far = abbreviates(given, plain(candidate)) ? 1 : distance(given, plain(candidate));
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  if (best !== undefined) return `; did you mean ${JSON.stringify(best)}?`;
  return known.length > 0 ? `; there are ${known.join(', ')}` : '; there are none';
}
