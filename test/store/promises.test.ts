/** What SECURITY.md promises of the published scripts: no code at run time, no network. */
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { additions } from '../../scripts/dist.ts';

const scripts = readdirSync('dist').filter((name) => name.endsWith('.js'));

/** A script without its comments and texts, so that words in them do not count. */
function code(name: string): string {
  const text = readFileSync(`dist/${name}`, 'utf8');
  return text
    .replace(/^var text\d* = ".*";$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, '""');
}

test('no eval, no Function, no import of what is not known, no network, no chance', () => {
  assert.ok(additions.every((name) => scripts.includes(`${name}.js`)));
  for (const name of scripts) {
    const found = code(name).match(
      /\b(eval|Function)\s*\(|\bnew Function\b|\bimport\s*\(|\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\b|\bMath\.random\b|\bcrypto\b/g,
    );
    assert.is(found, null, `${name}: ${found}`);
  }
});

test('only downhill/node knows of Node', () => {
  for (const name of scripts) {
    const imports = Array.from(readFileSync(`dist/${name}`, 'utf8').matchAll(/from "([^"]+)"/g), ([, from]) => from!);
    const strange = imports.filter((from) => !/^(downhill|\.\/|#|@assemblyscript\/loader)/.test(from));
    if (name === 'node.js') assert.ok(strange.every((from) => from.startsWith('node:')));
    else assert.equal(strange, [], name);
  }
});

test.run();
