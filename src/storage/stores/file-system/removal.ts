import { randomBytes } from 'node:crypto';
import { opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { toAppError } from '../../../core/errors.ts';
import { isContentKey } from '../../content-key.ts';
import type { ListedObject, ObjectKey, Removal, RemovalFailure } from '../../object-store.ts';
import { isMissing } from './missing.ts';

const PAGE_OBJECTS = 1_000;

/** The objects of one folder of a store, a page at a time. A folder that is not there is empty. */
export async function* listFolder(
  root: string,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedObject[], void> {
  try {
    let page: ListedObject[] = [];
    for await (const { name } of await opendir(path.join(root, folder), { bufferSize: PAGE_OBJECTS })) {
      signal.throwIfAborted();
      const key = `${folder}/${name}`;
      const object = isContentKey(key) ? await describeListed(key, path.join(root, folder, name)) : undefined;
      if (object !== undefined) page.push(object);
      if (page.length < PAGE_OBJECTS) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  } catch (error) {
    if (!isMissing(error)) throw toAppError(error);
  }
}

/** Undefined for one that has been deleted meanwhile. */
async function describeListed(key: ObjectKey, filePath: string): Promise<ListedObject | undefined> {
  try {
    const file = await stat(filePath);
    return file.isFile() ? { key, bytes: file.size, modifiedAt: file.mtime } : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Deletes files unless they were written at or after `modifiedBefore`, in milliseconds since the epoch. */
export async function removeFiles(
  files: readonly { readonly key: ObjectKey; readonly filePath: string }[],
  options: { readonly incoming: string; readonly modifiedBefore: number; readonly signal: AbortSignal },
): Promise<Removal> {
  const rewritten: ObjectKey[] = [];
  const failures: RemovalFailure[] = [];
  for (const { key, filePath } of files) {
    if (options.signal.aborted) throw toAppError(options.signal.reason);
    try {
      if (!(await removeOld(filePath, options))) rewritten.push(key);
    } catch (error) {
      failures.push({ key, error: toAppError(error) });
    }
  }
  return { deleted: files.length - rewritten.length - failures.length, rewritten, failures };
}

/**
 * False when it stays. The file is moved away before it is looked at: whoever writes it again at that moment finds nothing and
 * writes it anew, where between a look and a delete the new write would be lost.
 */
async function removeOld(
  filePath: string,
  { incoming, modifiedBefore }: { readonly incoming: string; readonly modifiedBefore: number },
): Promise<boolean> {
  const removed = path.join(incoming, `${randomBytes(12).toString('hex')}.gone`);
  try {
    await rename(filePath, removed);
    const { mtimeMs } = await stat(removed);
    if (mtimeMs >= modifiedBefore) {
      await rename(removed, filePath);
      return false;
    }
    await rm(removed, { force: true });
  } catch (error) {
    // Another process may be removing the same; but what is still in its place could not be moved.
    if (!isMissing(error) || (await stat(filePath).catch(() => undefined)) !== undefined) throw error;
  }
  return true;
}

/** Removes half-written files that have not changed since `before`, in milliseconds since the epoch; how many. */
export async function removeAbandonedFiles(incoming: string, before: number, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for await (const { name } of await opendir(incoming)) {
    signal?.throwIfAborted();
    const filePath = path.join(incoming, name);
    try {
      if ((await stat(filePath)).mtimeMs >= before) continue;
      await rm(filePath, { force: true });
      removed += 1;
    } catch (error) {
      // Whoever was writing it has finished.
      if (!isMissing(error)) throw error;
    }
  }
  return removed;
}
