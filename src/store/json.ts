/** JSON of files that nobody vouches for. */
import { ArgumentError } from '../index.ts';

/** Values may lie in each other so deep. */
const DEPTH = 64;

const fail = (what: string): never => {
  throw new ArgumentError(`the file is damaged: ${what}`, 'ERR_FILE');
};

/** The error about a file that is not what it should be. */
export const damaged = fail as (what: string) => never;

const space = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Parses JSON as `JSON.parse`, but refuses the same key twice, `__proto__`, and more than 64 levels; it does not recurse
 * deeper than that whatever the text is.
 * @throws {ArgumentError} with code `ERR_FILE`.
 */
export function parseJson(text: string): unknown {
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [''];
    at += found.length;
    return found;
  };
  const take = (char: string): boolean => {
    match(space);
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const expect = (char: string): void => {
    if (!take(char)) fail(`expected ${char} at character ${at} of its text`);
  };
  const readString = (): string => {
    const start = at - 1;
    for (;;) {
      const end = text.indexOf('"', at);
      if (end < 0) fail('a string does not end');
      at = end + 1;
      let slashes = 0;
      while (text[end - 1 - slashes] === '\\') slashes++;
      if (slashes % 2 === 0) break;
    }
    try {
      return JSON.parse(text.slice(start, at));
    } catch {
      return fail(`no string at character ${start} of its text`);
    }
  };
  const read = (depth: number): unknown => {
    if (depth > DEPTH) fail(`more than ${DEPTH} levels`);
    if (take('"')) return readString();
    if (take('{')) return readObject(depth);
    if (take('[')) return readArray(depth);
    const found = match(scalar);
    return found === '' ? fail(`no value at character ${at} of its text`) : JSON.parse(found);
  };
  const readArray = (depth: number): unknown[] => {
    const list: unknown[] = [];
    if (take(']')) return list;
    do list.push(read(depth + 1));
    while (take(','));
    expect(']');
    return list;
  };
  const readObject = (depth: number): object => {
    const object: Record<string, unknown> = {};
    if (take('}')) return object;
    do {
      expect('"');
      const key = readString();
      if (key === '__proto__' || Object.hasOwn(object, key)) fail(`key ${JSON.stringify(key.slice(0, 40))}`);
      expect(':');
      object[key] = read(depth + 1);
    } while (take(','));
    expect('}');
    return object;
  };
  const value = read(0);
  match(space);
  if (at < text.length) fail(`more than a value, from character ${at} of its text`);
  return value;
}
