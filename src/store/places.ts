/** Places where files can lie: one interface for a folder of Node (`downhill/node`), IndexedDB, OPFS and Durable Objects. */
import { ArgumentError } from '../index.ts';

/** Where files lie by name. A write that was interrupted leaves the old file or the new one. */
export interface FileStore {
  /** Writes a file, or another in its place; it is there to stay when the promise resolves. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** The file, or undefined. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  remove(name: string): Promise<void>;
  /** Names of all files, sorted. */
  list(): Promise<string[]>;
}

/** A name that every place takes. @throws {ArgumentError} @internal */
export function checkName(name: string): string {
  if (typeof name === 'string' && /^\w[\w.-]{0,99}$/.test(name) && !name.endsWith('.tmp')) return name;
  throw new ArgumentError(
    `name must be 1 to 100 letters, digits, "_", "-" and ".", not beginning with "." nor ending with ".tmp", got ${String(name).slice(0, 120)}`,
  );
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Files in a database of the browser, each a value. A write is a transaction.
 * @param database its name. Default `'downhill'`.
 */
export function indexedDbStore(database = 'downhill'): FileStore {
  const table = 'files';
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> => {
    if (!opened) {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(table);
      opened = settled(request);
      // What failed may be tried again.
      opened.catch(() => {
        opened = undefined;
      });
    }
    return opened;
  };
  async function change(body: (files: IDBObjectStore) => void): Promise<void> {
    const transaction = (await open()).transaction(table, 'readwrite', { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    body(transaction.objectStore(table));
    await done;
  }
  const look = async (): Promise<IDBObjectStore> => (await open()).transaction(table).objectStore(table);
  return {
    write: (name, bytes) => change((files) => void files.put(bytes.slice(), checkName(name))),
    remove: (name) => change((files) => void files.delete(checkName(name))),
    read: async (name) => settled((await look()).get(checkName(name))),
    list: async () => ((await settled((await look()).getAllKeys())) as string[]).sort(),
  };
}

/**
 * Files in the origin-private file system of the browser. What is written replaces the file when it is complete.
 * @param folder where. Default the root of the origin.
 */
export function opfsStore(folder?: FileSystemDirectoryHandle): FileStore {
  const root = async (): Promise<FileSystemDirectoryHandle> => folder ?? navigator.storage.getDirectory();
  const isMissing = (error: unknown): boolean => (error as DOMException).name === 'NotFoundError';
  return {
    async write(name, bytes) {
      const file = await (await root()).getFileHandle(checkName(name), { create: true });
      const writable = await file.createWritable();
      await writable.write(bytes.slice());
      await writable.close();
    },
    async read(name) {
      try {
        const file = await (await root()).getFileHandle(checkName(name));
        const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
        // A first write that was interrupted leaves an empty one.
        return bytes.length > 0 ? bytes : undefined;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async remove(name) {
      try {
        await (await root()).removeEntry(checkName(name));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    async list() {
      const names: string[] = [];
      const entries = (await root()) as unknown as { entries(): AsyncIterable<[string, { kind: string }]> };
      for await (const [name, { kind }] of entries.entries()) if (kind === 'file') names.push(name);
      return names.sort();
    },
  };
}

/** What is used of the storage of a Durable Object. */
export interface DurableStorage {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<unknown>;
  list(options: { readonly prefix: string }): Promise<Map<string, unknown>>;
  transaction<T>(body: (transaction: DurableStorage) => Promise<T>): Promise<T>;
}

/** Values may have 2 MB, keys and what describes them among it. */
const PIECE = 2 ** 20;

/**
 * Files in the storage of a Durable Object: values above 1 MiB are cut into pieces, all in one transaction.
 * @param storage `state.storage`.
 */
export function durableObjectStore(storage: DurableStorage): FileStore {
  const head = (name: string): string => `downhill:${checkName(name)}`;
  const piece = (name: string, i: number): string => `downhill-piece:${name}:${i}`;
  const piecesOf = async (from: DurableStorage, name: string): Promise<number> =>
    ((await from.get(head(name))) as { pieces: number } | undefined)?.pieces ?? 0;
  return {
    write: (name, bytes) =>
      storage.transaction(async (transaction) => {
        const before = await piecesOf(transaction, name);
        const pieces = Math.ceil(bytes.length / PIECE);
        for (let i = 0; i < pieces; i++) {
          await transaction.put(piece(name, i), bytes.slice(i * PIECE, (i + 1) * PIECE));
        }
        for (let i = pieces; i < before; i++) await transaction.delete(piece(name, i));
        await transaction.put(head(name), { pieces, length: bytes.length });
      }),
    read: (name) =>
      storage.transaction(async (transaction) => {
        const found = (await transaction.get(head(name))) as { pieces: number; length: number } | undefined;
        if (!found) return undefined;
        const bytes = new Uint8Array(found.length);
        for (let i = 0; i < found.pieces; i++)
          bytes.set((await transaction.get(piece(name, i))) as Uint8Array, i * PIECE);
        return bytes;
      }),
    remove: (name) =>
      storage.transaction(async (transaction) => {
        const before = await piecesOf(transaction, name);
        for (let i = 0; i < before; i++) await transaction.delete(piece(name, i));
        await transaction.delete(head(name));
      }),
    list: async () => [...(await storage.list({ prefix: 'downhill:' })).keys()].map((key) => key.slice(9)).sort(),
  };
}
