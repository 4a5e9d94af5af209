import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { isBusy, toStorageError } from '../core/sqlite-fault.ts';

/** Held while this process owns the data folder; the kernel frees it when the process ends, however it ends. */
export type InstanceLock = {
  readonly folder: string;
  release(): void;
};

const LOCK_FILE = 'instance.lock';
const HOLDER_FILE = 'instance.json';

/**
 * Makes this process the only one that uses `folder`, which is created when missing. Throws an AppError
 * `data_folder_in_use` that names the folder and its holder, or one of kind `storage` when the folder cannot be used.
 */
export function lockDataFolder(folder: string, options: { readonly clock: Clock }): InstanceLock {
  let connection: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    // SQLite's lock is the only file lock that Node can take without native code. Nothing else may open this file: closing
    // any other descriptor of it would free the lock.
    connection = new DatabaseSync(join(folder, LOCK_FILE));
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(
      join(folder, HOLDER_FILE),
      `${JSON.stringify({ pid: process.pid, startedAt: new Date(options.clock.now()).toISOString() })}\n`,
    );
  } catch (error) {
    connection?.close();
    if (!isBusy(error)) throw unusable(folder, error);
    throw new AppError({
      code: 'data_folder_in_use',
      kind: 'storage',
      message: `A data folder can be used by one process at a time; ${folder} is in use${describeHolder(folder)}.`,
      cause: error,
    });
  }
  const held = connection;
  return {
    folder,
    release() {
      if (held.isOpen) held.close();
    },
  };
}

function unusable(folder: string, error: unknown): unknown {
  const storageError = toStorageError(error, folder);
  if (storageError instanceof AppError) return storageError;
  return new AppError({
    code: 'storage_failed',
    kind: 'storage',
    message: `The data folder must be one that this process can create and write to; ${folder} is not: ${String(error)}.`,
    cause: error,
  });
}

function describeHolder(folder: string): string {
  try {
    const holder = JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8')) as { pid: unknown; startedAt: unknown };
    return ` by process ${String(holder.pid)}, started ${String(holder.startedAt)}`;
  } catch {
    // The holder has not written its name yet; that the folder is in use is known all the same.
    return '';
  }
}
