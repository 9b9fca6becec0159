/** Words for error messages: what a value is, which name was probably meant. */

/** Short description of any value: `-1`, `"adam"`, `an array of length 3`, `the function adam`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return `the function ${value.name}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  // A class without a tag of its own is told from a plain object by its constructor.
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = (tag === 'Object' && Object.getPrototypeOf(value)?.constructor?.name) || tag;
  const length = Array.isArray(value) ? ` of length ${value.length}` : '';
  return `${withArticle(/^(Object|Array)$/.test(name) ? name.toLowerCase() : name)}${length}`;
}

/** The name with a or an before it. */
export const withArticle = (name: string): string => `a${/^[aeio]/i.test(name) ? 'n' : ''} ${name}`;

/** Levenshtein distance: how many letters to insert, delete or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}

/** Whether `short` is made of letters of `long` in order, from the first on: `lr` of `learningrate`. */
function abbreviates(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (letter === short[at]) at++;
  return at > 1 && at === short.length && short[0] === long[0];
}

/** Ends an error about an unknown name: the name that was probably meant, or all there are. */
export function didYouMean(name: string, known: readonly string[]): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[_-]/g, '');
  const given = plain(name.slice(0, 40));
  const near = known
    .map((candidate) => ({
      candidate,
      far: abbreviates(given, plain(candidate)) ? 1 : distance(given, plain(candidate)),
    }))
    .filter(({ far }) => far <= 1 || far < given.length / 2.5)
    .sort((a, b) => a.far - b.far)[0];
  return near ? `; did you mean ${near.candidate}?` : `; there are ${known.join(', ') || 'none'}`;
}
