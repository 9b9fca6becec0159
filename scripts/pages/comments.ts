/**
 * Doc comments of the sources, read as the pages need them. A comment of a spec has a fixed form:
 *
 *     Formula and what it is.
 *
 *     Elsewhere: where its originals differ.
 *     Use: when it is the right one.
 *     Not: when it is not.
 *     Source: paper or book.
 *     @param options …
 *     @throws {ArgumentError} …
 *     @example
 *     lossAndGradient(huber(), [3], [1]).value; // → 1.5
 *
 * Other paragraphs without a label are notes. Their order is free. The example may be in a fence; its import may be left out.
 */

export const LABELS = ['Elsewhere', 'Use', 'Not', 'Source', 'Direction'] as const;

export type Label = (typeof LABELS)[number];

export interface Comment {
  readonly summary: string;
  readonly notes: readonly string[];
  readonly parts: Readonly<Partial<Record<Label, string>>>;
  readonly params: readonly string[];
  readonly throws: readonly string[];
  readonly example: string;
}

/** A source text by its path. */
export type Sources = ReadonlyMap<string, string>;

export interface Declaration {
  readonly file: string;
  readonly comment: Comment;
  /** From the name to the body. */
  readonly signature: string;
}

/** Text of a comment, without its stars. */
const bare = (comment: string): string[] => comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());

export function parseComment(text: string): Comment {
  const paragraphs: string[] = [];
  const parts: Partial<Record<Label, string>> = {};
  const tags: Record<string, string[]> = {};
  let label: Label | undefined;
  let tag: string | undefined;
  let open = false;
  for (const line of bare(text.trim())) {
    const tagged = /^@(\w+)\s*(.*)$/.exec(line);
    const labelled = /^(\w+): (.+)$/.exec(line);
    if (tagged) {
      tag = tagged[1]!;
      tags[tag] ??= [];
      tags[tag]!.push(tagged[2]!);
    } else if (tag === 'example' || (tag !== undefined && line !== '' && !labelled)) {
      const all = tags[tag]!;
      all.push(`${all.pop()}${tag === 'example' ? '\n' : ' '}${line}`);
    } else if (line === '') {
      tag = undefined;
      label = undefined;
      open = false;
    } else if (labelled && LABELS.includes(labelled[1] as Label)) {
      tag = undefined;
      label = labelled[1] as Label;
      if (parts[label] !== undefined) throw new Error(`a second ${label}: in a comment`);
      parts[label] = labelled[2]!;
    } else if (label) {
      parts[label] += ` ${line}`;
    } else {
      paragraphs.push(open ? `${paragraphs.pop()} ${line}` : line);
      open = true;
    }
  }
  const [summary = '', ...notes] = paragraphs;
  const trimmed = (list: string[] | undefined): string[] => (list ?? []).map((each) => each.trim());
  const example = trimmed(tags.example)
    .map((code) => code.replace(/^```\w*\n/, '').replace(/\n```$/, ''))
    .join('\n');
  return { summary, notes, parts, params: trimmed(tags.param), throws: trimmed(tags.throws), example };
}

/** The exported function of a name with the comment directly above it. */
export function findFunction(sources: Sources, name: string): Declaration | undefined {
  const pattern = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\nexport (?:function ${name}(?=[(<])|const ${name} = (?=[(<]))`,
  );
  for (const [file, text] of sources) {
    const found = pattern.exec(text);
    if (!found) continue;
    const rest = text.slice(found.index + found[0].length);
    const signature = rest.slice(0, /=>| \{\n|;\n/.exec(rest)?.index ?? 0);
    return { file, comment: parseComment(found[1]!), signature };
  }
  return undefined;
}

/** Comments of the members of an interface and of those that it extends or is another name of. */
function members(sources: Sources, name: string): Map<string, string> {
  const found = new Map<string, string>();
  const alias = new RegExp(`\\btype ${name} = (?:Omit<)?(\\w+)`);
  const pattern = new RegExp(`\\binterface ${name}(?: extends ([\\w, <>'|]+))? \\{(\\}|\\n[\\s\\S]*?\\n\\})`);
  for (const text of sources.values()) {
    const other = alias.exec(text)?.[1];
    if (other) return members(sources, other);
    const [, parents = '', body] = pattern.exec(text) ?? [];
    if (body === undefined) continue;
    for (const parent of parents.match(/\w+/g) ?? []) {
      for (const [key, comment] of members(sources, parent)) found.set(key, comment);
    }
    for (const [, comment, key] of body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\??:/g)) {
      found.set(key!, bare(comment!).join(' ').trim());
    }
    break;
  }
  return found;
}

/** Comments of the options that a signature takes or gives, by the interfaces that it names. */
export function optionComments(sources: Sources, signature: string): Map<string, string> {
  const names = signature.match(/\b[A-Z]\w*(?:Options?|Spec)\b/g) ?? [];
  return new Map(names.flatMap((name) => [...members(sources, name)]));
}
