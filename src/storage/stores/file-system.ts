import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/clock.ts';
import { toAppError } from '../../core/errors.ts';
import { CONTENT_TYPES, parseContentKey } from '../content-key.ts';
import { missingObject, requireMatchingHash } from '../object-faults.ts';
import type { ObjectInfo, ObjectKey, ObjectStore } from '../object-store.ts';
import { listFolder, removeAbandonedFiles, removeFiles } from './file-system/removal.ts';
import { isMissing } from './file-system/missing.ts';

/** Half-written files live here, on the same file system as the objects, so that a rename is atomic. */
const INCOMING_FOLDER = '.incoming';

/** A write takes seconds; what has not changed for an hour was left by a process that died. */
const ABANDONED_AFTER_MILLISECONDS = 3_600_000;

/**
 * Opens an object store on a folder, which is created when missing. An object is written to a temporary file, synced,
 * renamed, and the folder synced: after a crash or a power loss it is there whole or not at all.
 * `now` is milliseconds since the epoch; temporary files older than an hour are removed.
 * Throws AppError `storage_failed` when the folder may not be written to.
 */
export async function openFileSystemStore(options: {
  readonly folder: string;
  readonly now: number;
  /** Tells how young an object is that is written again; the system's without it. */
  readonly clock?: Clock;
}): Promise<ObjectStore> {
  const { clock = systemClock } = options;
  const root = path.resolve(options.folder);
  const incoming = path.join(root, INCOMING_FOLDER);
  await asStorageFailure(async () => {
    await mkdir(incoming, { recursive: true });
    await removeAbandonedFiles(incoming, options.now - ABANDONED_AFTER_MILLISECONDS);
  });

  const locate = (key: ObjectKey): string => {
    const { folder, sha256, extension } = parseContentKey(key);
    return path.join(root, folder, `${sha256}.${extension}`);
  };

  const put = async (key: ObjectKey, source: () => Readable, signal: AbortSignal): Promise<ObjectInfo> => {
    const target = locate(key);
    const existing = (await touch(target, clock.now())) ? await describe(key, target) : undefined;
    if (existing !== undefined) return existing;
    await writeObject({ key, target, incoming, source, signal });
    const written = await describe(key, target);
    if (written === undefined) throw missingObject(key);
    return written;
  };

  return {
    putFile: (key, filePath, { signal }) => asStorageFailure(() => put(key, () => createReadStream(filePath), signal)),
    putBytes: (key, bytes, { signal }) => asStorageFailure(() => put(key, () => Readable.from([bytes]), signal)),
    head: (key) => asStorageFailure(() => describe(key, locate(key))),
    getBytes: (key, { signal }) =>
      asStorageFailure(async () => {
        try {
          return await readFile(locate(key), { signal });
        } catch (error) {
          throw isMissing(error) ? missingObject(key) : error;
        }
      }),
    createReadStream: (key, range) => createReadStream(locate(key), range),
    localFile: (key) => locate(key),
    presignedUrl: async (key) => void locate(key),
    delete: (key) => asStorageFailure(() => rm(locate(key), { force: true })),
    list: (folder, { signal }) => listFolder(root, folder, signal),
    async deleteMany(keys, { modifiedBefore, signal }) {
      const files = keys.map((key) => ({ key, filePath: locate(key) }));
      return removeFiles(files, { incoming, modifiedBefore: modifiedBefore.getTime(), signal });
    },
    abortStaleUploads: ({ olderThan, signal }) =>
      asStorageFailure(async () => ({
        aborted: await removeAbandonedFiles(incoming, olderThan.getTime(), signal),
        failures: [],
      })),
  };
}

/** Makes a file young again; false when there is none. */
async function touch(filePath: string, now: number): Promise<boolean> {
  try {
    await utimes(filePath, now / 1000, now / 1000);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function writeObject(request: {
  readonly key: ObjectKey;
  readonly target: string;
  readonly incoming: string;
  readonly source: () => Readable;
  readonly signal: AbortSignal;
}): Promise<void> {
  const folder = path.dirname(request.target);
  await mkdir(folder, { recursive: true });
  const temporary = path.join(request.incoming, `${randomBytes(12).toString('hex')}.part`);
  try {
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    // `flush` makes the stream sync the file before it closes it.
    const sink = createWriteStream(temporary, { flags: 'wx', flush: true });
    await pipeline(request.source(), hashing, sink, { signal: request.signal });
    requireMatchingHash(request.key, hash.digest('hex'));
    await rename(temporary, request.target);
    await syncFolder(folder);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function describe(key: ObjectKey, filePath: string): Promise<ObjectInfo | undefined> {
  const { sha256, extension } = parseContentKey(key);
  try {
    const file = await stat(filePath);
    if (!file.isFile()) return undefined;
    return {
      key,
      bytes: file.size,
      contentType: CONTENT_TYPES[extension],
      etag: `"${sha256}"`,
      modifiedAt: file.mtime,
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function asStorageFailure<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toAppError(error);
  }
}
