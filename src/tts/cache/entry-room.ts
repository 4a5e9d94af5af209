import type { Clock } from '../../core/clock.ts';
import type { EntryFolder } from './entry-folder.ts';
import type { EntryLocks } from './entry-locks.ts';
import { isExpired, isIdle, removableEntries } from './eviction.ts';
import type { SpeechKey } from './speech-key.ts';

/** Room is made for more than the one entry, so that a full cache is not listed for every write. */
const ROOM_AFTER_EVICTION = 0.9;

/** Other processes write too; after so long, or so large a share of the room, the folder is measured again. */
const MEASURED_FOR_MILLISECONDS = 60_000;
const MEASURED_FOR_SHARE = 1 / 16;

/** Keeps the cache within its size and age. Never removes what `locks` says is in use. */
export type EntryRoom = {
  /** Runs `write` if `bytes` more fit, after removing what was used least recently; says whether they did. */
  write(bytes: number, write: () => Promise<void>): Promise<boolean>;
  /** Removes what was not used for longer than the maximum age. The answer counts entries. */
  removeExpired(): Promise<number>;
};

export function createEntryRoom(options: {
  readonly folder: EntryFolder;
  readonly locks: EntryLocks;
  readonly clock: Clock;
  readonly maximumBytes: number;
  readonly maximumAgeSeconds: number;
}): EntryRoom {
  const { folder, locks, clock, maximumBytes, maximumAgeSeconds } = options;
  let measured: { readonly bytes: number; readonly at: number } | undefined;
  let writtenSinceMeasure = 0;
  let beingWritten = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const removeIf = async (key: SpeechKey, condition: (lastUsedAt: number) => boolean): Promise<boolean> => {
    let isRemoved = false;
    await locks.tryAlone(key, async () => {
      // It may have been used since the folder was listed.
      const facts = await folder.describe(key);
      if (facts === undefined || !condition(facts.lastUsedAt)) return;
      await folder.remove(key);
      isRemoved = true;
    });
    return isRemoved;
  };

  const makeRoom = async (bytes: number): Promise<void> => {
    writtenSinceMeasure = 0;
    const now = clock.now();
    const entries = await folder.list();
    let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const needed = bytes + beingWritten + writtenSinceMeasure;
    if (total + needed > maximumBytes) {
      const target = Math.max(0, maximumBytes * ROOM_AFTER_EVICTION - needed);
      for (const entry of removableEntries(entries, now)) {
        if (total <= target) break;
        if (await removeIf(entry.key, (lastUsedAt) => lastUsedAt === entry.lastUsedAt)) total -= entry.bytes;
      }
    }
    measured = { bytes: total, at: now };
  };

  const reserve = async (bytes: number): Promise<boolean> => {
    if (bytes > maximumBytes) return false;
    const isFull = (): boolean => (measured?.bytes ?? 0) + writtenSinceMeasure + beingWritten + bytes > maximumBytes;
    const isOutdated =
      measured === undefined ||
      Math.abs(clock.now() - measured.at) > MEASURED_FOR_MILLISECONDS ||
      writtenSinceMeasure > maximumBytes * MEASURED_FOR_SHARE;
    if (isOutdated || isFull()) await makeRoom(bytes);
    if (isFull()) return false;
    beingWritten += bytes;
    return true;
  };

  return {
    async write(bytes, write) {
      // One after the other, or two writes could be given the same room.
      const reserved = queue.then(() => reserve(bytes));
      queue = reserved.catch(() => {});
      if (!(await reserved)) return false;
      try {
        await write();
        writtenSinceMeasure += bytes;
      } finally {
        beingWritten -= bytes;
      }
      return true;
    },
    async removeExpired() {
      let removed = 0;
      const isOver = (lastUsedAt: number): boolean =>
        isExpired(lastUsedAt, clock.now(), maximumAgeSeconds) && isIdle(lastUsedAt, clock.now());
      for (const entry of await folder.list()) {
        if (isOver(entry.lastUsedAt) && (await removeIf(entry.key, isOver))) removed += 1;
      }
      await folder.removeAbandonedWrites(clock.now());
      return removed;
    },
  };
}
