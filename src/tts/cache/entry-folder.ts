import { randomBytes } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { EntryFacts } from './eviction.ts';
import { isKey, type SpeechKey } from './speech-key.ts';

const ENTRY_SUFFIX = '.speech';
const PART_PATTERN = /^[0-9a-f]{64}\.[0-9a-f]{24}\.part$/;

/** Ninety seconds of speech, the longest there is, have 4.3 MB; a larger file is not ours. */
const LARGEST_ENTRY_BYTES = 64 * 2 ** 20;

/** A write takes moments; what has not changed for an hour was left by a process that died. */
const ABANDONED_AFTER_MILLISECONDS = 3_600_000;

/** A link is not followed, and a pipe that someone put there does not make the reader wait. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export type OpenEntry = {
  readonly bytes: Buffer;
  readonly lastUsedAt: number;
  /** Notes that the entry was used `now`, in milliseconds since the epoch. */
  touch(now: number): Promise<void>;
};

/**
 * The files of the cache: one per entry, named by its key and nothing else, in a folder of its own. An entry is written to
 * a temporary file, synced and renamed, so that it is there whole or not at all, for every process that shares the folder.
 * The time of last use is the file's time of modification. Rejects with the file system's own errors.
 */
export type EntryFolder = {
  /** Undefined when there is no such entry, or no folder. `use` has the open file; ForeignEntryError for what is no file of ours. */
  read<Result>(key: SpeechKey, use: (entry: OpenEntry) => Promise<Result>): Promise<Result | undefined>;
  write(key: SpeechKey, bytes: Uint8Array, lastUsedAt: number): Promise<void>;
  /** Entries only; whatever else lies in the folder is left out. */
  list(): Promise<EntryFacts[]>;
  describe(key: SpeechKey): Promise<EntryFacts | undefined>;
  /** No error when it is gone already. A link is removed, not what it points to. */
  remove(key: SpeechKey): Promise<void>;
  removeAbandonedWrites(now: number): Promise<number>;
};

/** What lies under an entry's name is no file that this cache could have written. */
export class ForeignEntryError extends Error {}

export function createEntryFolder(folder: string): EntryFolder {
  const root = path.resolve(folder);
  const writing = new Set<string>();
  const locate = (key: SpeechKey): string => path.join(root, `${key}${ENTRY_SUFFIX}`);

  const writeOnce = async (key: SpeechKey, bytes: Uint8Array, lastUsedAt: number): Promise<void> => {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await requireOwnFolder(root);
    const name = `${key}.${randomBytes(12).toString('hex')}.part`;
    const temporary = path.join(root, name);
    writing.add(name);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.utimes(lastUsedAt / 1000, lastUsedAt / 1000);
        await file.sync();
      } finally {
        await file.close();
      }
      // The folder itself is not synced: an entry that a power failure takes away is only made anew.
      await rename(temporary, locate(key));
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    } finally {
      writing.delete(name);
    }
  };

  const describe = async (key: SpeechKey): Promise<EntryFacts | undefined> => {
    const file = await unlessMissing(lstat(locate(key)));
    if (file === undefined || file.isDirectory()) return undefined;
    return { key, bytes: file.size, lastUsedAt: Math.round(file.mtimeMs) };
  };

  return {
    async read(key, use) {
      // Most speech is new. A look takes some 10 microseconds; to have another thread look makes everybody wait for 300.
      if (lstatSync(locate(key), { throwIfNoEntry: false }) === undefined) return undefined;
      if ((await unlessMissing(requireOwnFolder(root).then(() => true))) === undefined) return undefined;
      const file = await openEntry(locate(key));
      if (file === undefined) return undefined;
      try {
        return await use(await readEntry(file));
      } finally {
        await file.close();
      }
    },
    async write(key, bytes, lastUsedAt) {
      try {
        await writeOnce(key, bytes, lastUsedAt);
      } catch (error) {
        // The folder was removed in between; once more makes it anew.
        if (!isMissing(error)) throw error;
        await writeOnce(key, bytes, lastUsedAt);
      }
    },
    async list() {
      const names = (await listFolder(root)).filter((name) => name.endsWith(ENTRY_SUFFIX));
      const keys = names.map((name) => name.slice(0, -ENTRY_SUFFIX.length)).filter(isKey);
      const entries: EntryFacts[] = [];
      for (const key of keys) {
        const facts = await describe(key);
        if (facts !== undefined) entries.push(facts);
      }
      return entries;
    },
    describe,
    async remove(key) {
      await removeWhateverItIs(locate(key));
    },
    async removeAbandonedWrites(now) {
      let removed = 0;
      for (const name of await listFolder(root)) {
        if (!PART_PATTERN.test(name) || writing.has(name)) continue;
        const file = await unlessMissing(lstat(path.join(root, name)));
        if (file === undefined || Math.abs(now - file.mtimeMs) <= ABANDONED_AFTER_MILLISECONDS) continue;
        await removeWhateverItIs(path.join(root, name));
        removed += 1;
      }
      return removed;
    },
  };
}

/** In a folder of someone else, or behind a link, anyone could have put the speech that we would then play. */
async function requireOwnFolder(root: string): Promise<void> {
  const folder = await lstat(root);
  if (!folder.isDirectory()) throw new Error('The speech cache must be a folder, and is a link or a file.');
  const user = process.geteuid?.();
  if (user !== undefined && folder.uid !== user && folder.uid !== 0) {
    throw new Error(`The speech cache must belong to this user (${user}) or the system, and belongs to ${folder.uid}.`);
  }
}

async function listFolder(root: string): Promise<string[]> {
  return (
    (await unlessMissing(
      (async () => {
        await requireOwnFolder(root);
        return readdir(root);
      })(),
    )) ?? []
  );
}

async function openEntry(filePath: string): Promise<FileHandle | undefined> {
  try {
    return await unlessMissing(open(filePath, READ_FLAGS));
  } catch (error) {
    if (systemCode(error) === 'ELOOP') throw new ForeignEntryError('it is a symbolic link');
    if (systemCode(error) === 'ENXIO') throw new ForeignEntryError('it is not a file');
    throw error;
  }
}

async function readEntry(file: FileHandle): Promise<OpenEntry> {
  const facts = await file.stat();
  if (!facts.isFile()) throw new ForeignEntryError('it is not a file');
  if (facts.size > LARGEST_ENTRY_BYTES) throw new ForeignEntryError(`it has ${facts.size} bytes`);
  const bytes = Buffer.allocUnsafe(facts.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return {
    bytes: bytes.subarray(0, length),
    lastUsedAt: Math.round(facts.mtimeMs),
    touch: (now) => file.utimes(now / 1000, now / 1000),
  };
}

async function removeWhateverItIs(filePath: string): Promise<void> {
  try {
    await unlessMissing(unlink(filePath));
  } catch (error) {
    const file = await unlessMissing(lstat(filePath));
    if (file?.isDirectory() !== true) throw error;
    await rmdir(filePath);
  }
}

async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

function systemCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
