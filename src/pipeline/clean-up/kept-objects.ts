import type { JobStore } from '../../jobs/job-store.ts';
import type { ObjectKey } from '../../storage/object-store.ts';
import { FOLDERS_OF_CLASS, type ObjectClass } from './object-classes.ts';

/** Keys lie in JSON that has no escapes in them. What only looks like one keeps an object at worst. */
const KEY = /\b([a-z][a-z0-9-]{0,31})\/([0-9a-f]{64})\.[a-z0-9]{1,8}\b/g;
const JOBS_AT_ONCE = 200;
/** As many as fit a number exactly. */
const HEX_DIGITS = 13;

/**
 * Objects that must stay. It knows them by the first 52 bits of their hashes, a sixth of the memory: two objects that share these
 * are both kept when one is.
 */
export class KeptObjects {
  readonly #hashes = new Set<number>();

  add(sha256: string): void {
    this.#hashes.add(shortHash(sha256));
  }

  has(key: ObjectKey): boolean {
    return this.#hashes.has(shortHash(key.slice(key.indexOf('/') + 1)));
  }
}

function shortHash(sha256: string): number {
  return Number.parseInt(sha256.slice(0, HEX_DIGITS), 16);
}

/**
 * Adds what jobs name that are not final, or that ended at or after the time of a class, in milliseconds since the epoch: in
 * their inputs and outputs, and in the results of their steps and of their calls to providers.
 */
export async function addObjectsInUse(
  kept: KeptObjects,
  options: {
    readonly jobs: Pick<JobStore, 'jobsInUse' | 'storedTexts'>;
    readonly endedSince: Partial<Readonly<Record<ObjectClass, number>>>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { jobs, endedSince, signal } = options;
  const sinceOfFolder = new Map<string, number>();
  for (const [name, since] of Object.entries(endedSince)) {
    for (const folder of FOLDERS_OF_CLASS[name as ObjectClass]) sinceOfFolder.set(folder, since);
  }
  const jobIds = await jobs.jobsInUse({ endedSince: Math.min(...sinceOfFolder.values()) });
  for (let start = 0; start < jobIds.length; start += JOBS_AT_ONCE) {
    signal.throwIfAborted();
    for (const { finishedAt, texts } of await jobs.storedTexts(jobIds.slice(start, start + JOBS_AT_ONCE))) {
      for (const [, folder = '', sha256 = ''] of texts.flatMap((text) => [...text.matchAll(KEY)])) {
        const since = sinceOfFolder.get(folder);
        if (since !== undefined && (finishedAt ?? Infinity) >= since) kept.add(sha256);
      }
    }
  }
}
