import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { createEntryFolder, ForeignEntryError } from './cache/entry-folder.ts';
import { createEntryLocks } from './cache/entry-locks.ts';
import { createEntryRoom } from './cache/entry-room.ts';
import { isExpired } from './cache/eviction.ts';
import { createSingleFlight } from './cache/single-flight.ts';
import { roundToPcm16 } from '../media/pcm16.ts';
import { decodeSpeech, encodeSpeech } from './cache/speech-container.ts';
import { isKey, type SpeechKey } from './cache/speech-key.ts';
import type { Speech } from './speech-provider.ts';

export type CachedSpeech = {
  /** Shared with everyone who asked at the same time: its samples must not be written to. `costUsd` is 0 when `cached`. */
  readonly speech: Speech;
  /** True when nothing was synthesised for this call: it came from the disk, or someone else's call paid for it. */
  readonly cached: boolean;
};

export type SpeechCacheStatistics = {
  /** Calls answered with `cached` true. */
  readonly hits: number;
  /** Syntheses begun. */
  readonly misses: number;
  /** What the hits would have cost. */
  readonly savedCostUsd: number;
  /** On disk now, written by whatever process. */
  readonly entries: number;
  readonly bytes: number;
};

export type SpeechCache = {
  /**
   * The speech of that key, from the cache or from `synthesize`, which runs once however many ask at the same time; it must
   * obey the signal that it is given, which aborts when nobody waits any longer, and not the caller's own. Unless the cache
   * is disabled, its samples are rounded to 16 bits, so that a later hit is the same to the last bit.
   * Throws what `synthesize` throws, and AppError (`cancelled`, `timeout`) when `signal` aborts. A fault of the disk is
   * logged and never thrown. What was begun in `synthesize` and still succeeds after an abort is kept, as it is paid for.
   */
  getOrSynthesize(
    key: SpeechKey,
    synthesize: (signal: AbortSignal) => Promise<Speech>,
    options: { readonly signal: AbortSignal },
  ): Promise<CachedSpeech>;
  /** Whether the speech of that key is there now. It does not count as a use, and it may be gone a moment later. */
  has(key: SpeechKey): Promise<boolean>;
  /** Removes what nobody used for longer than the maximum age, and what dead processes left; says how many entries. */
  removeExpired(): Promise<number>;
  statistics(): Promise<SpeechCacheStatistics>;
  /** Resolves when nothing is being written any longer: speech is handed out before it is on disk. */
  settled(): Promise<void>;
};

type Found = { readonly speech: Speech; readonly isSynthesized: boolean };

const SEVEN_DAYS_SECONDS = 7 * 24 * 3600;

/**
 * Keeps synthesised speech in `folder`, which several processes may share and anyone may empty at any time.
 * At most `maximumBytes` are kept, those used least recently go first; `maximumAgeSeconds` counts from the last use.
 * With `enabled` false nothing is kept or looked up, and equal calls at the same time still share one synthesis.
 */
export function createSpeechCache(options: {
  readonly folder: string;
  readonly enabled: boolean;
  readonly maximumBytes: number;
  readonly maximumAgeSeconds?: number;
  readonly clock: Clock;
  readonly log: Logger;
}): SpeechCache {
  const { enabled, maximumBytes, maximumAgeSeconds = SEVEN_DAYS_SECONDS, clock, log } = options;
  const folder = createEntryFolder(options.folder);
  const locks = createEntryLocks();
  const room = createEntryRoom({ folder, locks, clock, maximumBytes, maximumAgeSeconds });
  const flights = createSingleFlight<Found>();
  /** What is on its way to the disk: first as it was made, then as it will be written, which is half as large. */
  const beingStored = new Map<SpeechKey, Speech | Buffer>();
  const writing = new Set<Promise<void>>();
  const counts = { hits: 0, misses: 0, savedCostUsd: 0 };
  let isDiskBroken = false;

  /** Once per outage: a full disk would otherwise fill the log as well. */
  const reportDisk = (error: unknown): void => {
    if (isDiskBroken) return;
    isDiskBroken = true;
    log.warn({ err: error }, 'The speech cache cannot use its folder; speech is made anew until it can.');
  };

  const discard = async (key: SpeechKey, reason: string): Promise<void> => {
    log.warn({ entry: key, reason }, 'A damaged entry of the speech cache was removed.');
    await folder.remove(key);
  };

  const load = async (key: SpeechKey): Promise<Speech | undefined> => {
    const stored = beingStored.get(key);
    if (stored !== undefined) return Buffer.isBuffer(stored) ? speechIn(key, stored) : stored;
    const now = clock.now();
    let defect: string | undefined;
    try {
      const speech = await folder.read(key, async (entry) => {
        if (isExpired(entry.lastUsedAt, now, maximumAgeSeconds)) return undefined;
        const decoded = decodeSpeech(key, entry.bytes);
        if ('speech' in decoded) {
          await entry.touch(now).catch(reportDisk);
          return decoded.speech;
        }
        defect = decoded.defect;
        return undefined;
      });
      if (defect !== undefined) await discard(key, defect);
      return speech;
    } catch (error) {
      if (error instanceof ForeignEntryError) await discard(key, error.message).catch(reportDisk);
      else reportDisk(error);
      return undefined;
    }
  };

  /** Holds on to the speech no longer than it takes to encode it: whoever asked may have many more under way. */
  const store = async (key: SpeechKey, speech: Speech): Promise<void> => {
    beingStored.set(key, speech);
    // Whoever waits for the speech goes on first.
    await nextTurn();
    return write(key, encodeSpeech(key, speech));
  };

  const write = async (key: SpeechKey, bytes: Buffer): Promise<void> => {
    beingStored.set(key, bytes);
    try {
      const isStored = await room.write(bytes.length, () => folder.write(key, bytes, clock.now()));
      if (isStored) isDiskBroken = false;
    } catch (error) {
      reportDisk(error);
    } finally {
      beingStored.delete(key);
    }
  };

  const keepTrack = (work: Promise<void>): void => {
    writing.add(work);
    void work.finally(() => writing.delete(work));
  };

  const synthesizeOnce = async (
    synthesize: (signal: AbortSignal) => Promise<Speech>,
    signal: AbortSignal,
  ): Promise<Speech> => {
    counts.misses += 1;
    return synthesize(signal);
  };

  const find = async (
    key: SpeechKey,
    synthesize: (signal: AbortSignal) => Promise<Speech>,
    signal: AbortSignal,
  ): Promise<Found> => {
    if (!enabled) return { speech: await synthesizeOnce(synthesize, signal), isSynthesized: true };
    const release = await locks.share(key);
    let storing: Promise<void> | undefined;
    try {
      const loaded = await load(key);
      if (loaded !== undefined) return { speech: loaded, isSynthesized: false };
      signal.throwIfAborted();
      const { pcm, ...rest } = await synthesizeOnce(synthesize, signal);
      // As a later hit will have it.
      const speech = { ...rest, pcm: { ...pcm, samples: roundToPcm16(pcm.samples) } };
      storing = store(key, speech);
      return { speech, isSynthesized: true };
    } finally {
      if (storing === undefined) release();
      else keepTrack(storing.finally(release));
    }
  };

  return {
    async getOrSynthesize(key, synthesize, { signal }) {
      if (!isKey(key)) throw invalidKey(key);
      const { result, isFirst } = await flights.run(key, (shared) => find(key, synthesize, shared), signal);
      if (result.isSynthesized && isFirst) return { speech: result.speech, cached: false };
      counts.hits += 1;
      counts.savedCostUsd += result.speech.costUsd;
      return { speech: { ...result.speech, costUsd: 0 }, cached: true };
    },
    async has(key) {
      if (!enabled) return false;
      if (beingStored.has(key)) return true;
      try {
        const entry = await folder.describe(key);
        return entry !== undefined && !isExpired(entry.lastUsedAt, clock.now(), maximumAgeSeconds);
      } catch (error) {
        reportDisk(error);
        return false;
      }
    },
    async removeExpired() {
      if (!enabled) return 0;
      try {
        return await room.removeExpired();
      } catch (error) {
        reportDisk(error);
        return 0;
      }
    },
    async settled() {
      while (writing.size > 0) await Promise.all(writing);
    },
    async statistics() {
      const files = enabled ? await folder.list().catch(() => []) : [];
      return { ...counts, entries: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
    },
  };
}

/** Of bytes that we have just encoded ourselves. */
function speechIn(key: SpeechKey, bytes: Buffer): Speech | undefined {
  const decoded = decodeSpeech(key, bytes);
  return 'speech' in decoded ? decoded.speech : undefined;
}

function invalidKey(key: string): AppError {
  return new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `A speech key must have 64 hexadecimal digits, and has ${key.length} characters.`,
  });
}
