/**
 * Files on disk, for Node: a write that is interrupted, by a crash or by `SIGKILL`, leaves the old file or the new one.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { checkName, type FileStore } from './store/places.ts';

export type { FileStore } from './store/places.ts';

let count = 0;

/** A file of this process alone, beside the one that it is to replace. */
const besides = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${threadId}.${count++}.tmp`);

/** A folder cannot be opened for this on Windows, where renaming is as lasting as it gets. */
const foldersSync = process.platform !== 'win32';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

/** Files that processes have left behind which are no more. */
const leftBehind = (names: readonly string[]): string[] =>
  names.filter((name) => {
    const [, pid] = /^\..+\.(\d+)\.\d+\.\d+\.tmp$/.exec(name) ?? [];
    return pid !== undefined && !alive(Number(pid));
  });

/**
 * Writes a file in whole: into another one beside it, which is forced to disk, takes its name, and the folder is forced to
 * disk. When the promise resolves the file is there to stay.
 * @throws what the file system says; the old file is as it was then.
 */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const beside = besides(path);
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  if (!foldersSync) return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `writeFile` in one go, for `fitSync`. @throws as `writeFile`. */
export function writeFileSync(path: string, bytes: Uint8Array): void {
  const beside = besides(path);
  try {
    const file = openSync(beside, 'wx');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  if (!foldersSync) return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * A folder as a place for files; it is made if it is missing. What crashed writers have left beside is removed.
 * @param folder its path.
 */
export function folderStore(folder: string): FileStore {
  let made: Promise<unknown> | undefined;
  const make = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    for (const name of leftBehind(await readdir(folder))) await rm(join(folder, name), { force: true });
  };
  const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
  return {
    async write(name, bytes) {
      const path = join(folder, checkName(name));
      made ??= make();
      await made;
      await writeFile(path, bytes);
    },
    async read(name) {
      try {
        return new Uint8Array(await readFile(join(folder, checkName(name))));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    remove: (name) => rm(join(folder, checkName(name)), { force: true }),
    async list() {
      try {
        return (await readdir(folder)).filter((name) => !name.endsWith('.tmp')).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}
