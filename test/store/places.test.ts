/**
 * Places for files: one interface. IndexedDB, OPFS and the storage of Durable Objects are imitations here that do what
 * their specifications say of the calls that are used; the file system is the real one.
 */
import { mkdtempSync, writeFileSync as plainWrite, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore, writeFile, writeFileSync } from 'downhill/node';
import { type DurableStorage, durableObjectStore, type FileStore, indexedDbStore, opfsStore } from 'downhill/store';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { source } from '../helpers/points.js';

const bytesOf = (length: number, seed = 1): Uint8Array => {
  const next = source(seed);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
};

/** A Durable Object's storage: values of at most 2 MB, transactions that are all or nothing. */
function fakeStorage(failAt = Infinity): { storage: DurableStorage; values: Map<string, unknown> } {
  let values = new Map<string, unknown>();
  let puts = 0;
  const storage: DurableStorage = {
    get: async (key) => structuredClone(values.get(key)),
    async put(key, value) {
      if (++puts === failAt) throw new Error('storage is down');
      const size = key.length + (value instanceof Uint8Array ? value.length : JSON.stringify(value).length);
      if (size > 2_097_152) throw new RangeError('value too large');
      values.set(key, structuredClone(value));
    },
    delete: async (key) => values.delete(key),
    list: async ({ prefix }) => new Map([...values].filter(([key]) => key.startsWith(prefix))),
    async transaction(body) {
      const before = new Map(values);
      try {
        return await body(storage);
      } catch (error) {
        values = before;
        throw error;
      }
    },
  };
  return {
    storage,
    get values() {
      return values;
    },
  };
}

interface Request {
  result?: unknown;
  onsuccess?: () => void;
  onerror?: () => void;
  onupgradeneeded?: () => void;
}

/** The part of IndexedDB that is used: requests that succeed later, transactions that complete behind them. */
function fakeIndexedDb(): object {
  const values = new Map<string, unknown>();
  const later = (result: unknown): Request => {
    const request: Request = { result };
    setImmediate(() => request.onsuccess?.());
    return request;
  };
  const files = {
    put: (value: unknown, key: string) => later(values.set(key, structuredClone(value)) && key),
    get: (key: string) => later(structuredClone(values.get(key))),
    delete: (key: string) => later(values.delete(key) && undefined),
    getAllKeys: () => later([...values.keys()]),
  };
  const database = {
    createObjectStore: () => files,
    transaction() {
      const transaction: { oncomplete?: () => void; objectStore: () => object } = { objectStore: () => files };
      setTimeout(() => transaction.oncomplete?.(), 1);
      return transaction;
    },
  };
  return {
    open() {
      const request: Request = { result: database };
      setImmediate(() => {
        request.onupgradeneeded?.();
        request.onsuccess?.();
      });
      return request;
    },
  };
}

/** The part of OPFS that is used: what is written replaces the file at close. */
function fakeFolder(): FileSystemDirectoryHandle {
  const files = new Map<string, Uint8Array>();
  const missing = (): Error => Object.assign(new Error('not there'), { name: 'NotFoundError' });
  return {
    async getFileHandle(name: string, options?: { create?: boolean }) {
      if (!files.has(name)) {
        if (!options?.create) throw missing();
        files.set(name, new Uint8Array());
      }
      return {
        getFile: async () => new Blob([files.get(name) as Uint8Array<ArrayBuffer>]),
        async createWritable() {
          let written = new Uint8Array();
          return {
            write: async (bytes: Uint8Array) => {
              written = new Uint8Array(bytes);
            },
            close: async () => void files.set(name, written),
          };
        },
      };
    },
    async removeEntry(name: string) {
      if (!files.delete(name)) throw missing();
    },
    async *entries() {
      for (const name of files.keys()) yield [name, { kind: 'file' }];
    },
  } as unknown as FileSystemDirectoryHandle;
}

const folder = mkdtempSync(join(tmpdir(), 'downhill-places-'));
(globalThis as { indexedDB?: unknown }).indexedDB = fakeIndexedDb();

const places: Readonly<Record<string, () => FileStore>> = {
  folder: () => folderStore(join(folder, 'made')),
  IndexedDB: () => indexedDbStore(),
  OPFS: () => opfsStore(fakeFolder()),
  'Durable Object': () => durableObjectStore(fakeStorage().storage),
};

for (const [name, make] of Object.entries(places)) {
  test(`${name}: written, read, replaced, listed, removed`, async () => {
    const store = make();
    assert.is(await store.read('none'), undefined);
    assert.equal(await store.list(), []);
    const large = bytesOf(5_000_000);
    await store.write('b.model', large);
    await store.write('a', new Uint8Array([1, 2, 3]));
    assert.ok(Buffer.from((await store.read('b.model'))!).equals(large));
    assert.equal(await store.read('a'), new Uint8Array([1, 2, 3]));
    assert.equal(await store.list(), ['a', 'b.model']);
    const small = bytesOf(1000, 2);
    await store.write('b.model', small);
    small.fill(0);
    assert.equal(await store.read('b.model'), bytesOf(1000, 2));
    await store.remove('b.model');
    await store.remove('b.model');
    assert.is(await store.read('b.model'), undefined);
    assert.equal(await store.list(), ['a']);
    for (const bad of ['', '.', '..', '../a', 'a/b', '.hidden', 'a.tmp', 'a'.repeat(101), 'a\0', null]) {
      let error: Error | undefined;
      try {
        await store.write(bad as never, small);
      } catch (one) {
        error = one as Error;
      }
      assert.match(error?.message ?? '', /name must be/, String(bad));
    }
  });
}

test('a Durable Object: pieces are taken away with the file, and a failed write changes nothing', async () => {
  const fake = fakeStorage(8);
  const store = durableObjectStore(fake.storage);
  const bytes = bytesOf(2_500_000);
  await store.write('a', bytes);
  assert.is(fake.values.size, 4);
  let failed = false;
  await store.write('a', bytesOf(6_000_000, 2)).catch(() => {
    failed = true;
  });
  assert.ok(failed);
  assert.ok(Buffer.from((await store.read('a'))!).equals(bytes));
  await store.remove('a');
  assert.is(fake.values.size, 0);
});

test('files: what is left of dead writers is removed, of living ones not', async () => {
  const here = join(folder, 'left');
  await folderStore(here).write('a', new Uint8Array([1]));
  plainWrite(join(here, '.a.999999999.0.0.tmp'), 'x');
  plainWrite(join(here, `.a.${process.pid}.0.99.tmp`), 'x');
  assert.equal(await folderStore(here).list(), ['a']);
  await folderStore(here).write('b', new Uint8Array([1]));
  assert.equal(readdirSync(here).sort(), [`.a.${process.pid}.0.99.tmp`, 'a', 'b']);
});

test('files: a write that fails leaves the old file and nothing else', async () => {
  const here = mkdtempSync(join(folder, 'fails-'));
  for (const write of [writeFile, async (path: string, bytes: Uint8Array) => writeFileSync(path, bytes)]) {
    await write(join(here, 'a'), new Uint8Array([1]));
    // A folder cannot be replaced by a file, and a folder that is not there holds none.
    for (const path of [here, join(here, 'none', 'a')]) {
      let failed = false;
      await write(path, new Uint8Array([2])).catch(() => {
        failed = true;
      });
      assert.ok(failed);
    }
    assert.equal(readdirSync(here), ['a']);
    assert.equal([...readFileSync(join(here, 'a'))], [1]);
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
