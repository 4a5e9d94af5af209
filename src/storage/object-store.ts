import type { AppError } from '../core/errors.ts';

/** Bytes under content-addressed names. Keys are ours, never user text: `audio/<sha256>.wav`, `videos/<sha256>.mp4`. */
export type ObjectKey = string;

export type ObjectInfo = {
  readonly key: ObjectKey;
  readonly bytes: number;
  readonly contentType: string;
  /** A strong entity tag as it goes on the wire, quotes included. */
  readonly etag: string;
  readonly modifiedAt: Date;
};

/** What a list tells. */
export type ListedObject = Pick<ObjectInfo, 'key' | 'bytes' | 'modifiedAt'>;

/** An object, or an upload of one, that could not be removed. */
export type RemovalFailure = { readonly key: ObjectKey; readonly error: AppError };

export type Removal = {
  /** Those that were not there are counted as well. */
  readonly deleted: number;
  /** Left alone, because they were written again. */
  readonly rewritten: readonly ObjectKey[];
  readonly failures: readonly RemovalFailure[];
};

export type ObjectStore = {
  /**
   * Copies the file in; either the whole object is visible afterwards or none of it. Writing a key again stores nothing new, but
   * the object is then young: its `modifiedAt` is less than 12 hours ago. Clean-up goes by age, and would otherwise take an old
   * object from the job that has just found its bytes there.
   * Throws `invalid_object_key`, `object_hash_mismatch` (the key is not the hash of the bytes) or `storage_failed`.
   */
  putFile(key: ObjectKey, filePath: string, options: { readonly signal: AbortSignal }): Promise<ObjectInfo>;
  putBytes(key: ObjectKey, bytes: Uint8Array, options: { readonly signal: AbortSignal }): Promise<ObjectInfo>;
  /** Undefined when there is no such object. */
  head(key: ObjectKey): Promise<ObjectInfo | undefined>;
  /** Throws `object_missing` when there is no such object. */
  getBytes(key: ObjectKey, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
  /** `start` and `end` are inclusive byte positions. */
  createReadStream(key: ObjectKey, range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream;
  /**
   * Where the object lies on this machine's disk, for a store that keeps it there; undefined otherwise. The file may be
   * missing: ask `head` first.
   */
  localFile(key: ObjectKey): string | undefined;
  /**
   * An address from which anybody may read the object for `expiresInSeconds` (1 to 604,800, a week), such as a vendor that
   * fetches the speech; undefined for a store that has none to give. Nothing is asked: the object may be missing. Throws
   * RangeError for another span of time.
   */
  presignedUrl(key: ObjectKey, options: { readonly expiresInSeconds: number }): Promise<string | undefined>;
  /** Deleting what is not there is a no-op. */
  delete(key: ObjectKey): Promise<void>;
  /**
   * The objects of a folder such as `videos`, up to 1,000 at a time, in no particular order; one that is written meanwhile may be
   * missing. What others keep there under names that are no keys is not among them.
   */
  list(folder: string, options: { readonly signal: AbortSignal }): AsyncIterable<readonly ListedObject[]>;
  /**
   * Deletes up to 1,000 objects at once, each by itself: those that cannot be deleted are told, the others are gone. Objects that
   * were written again at or after `modifiedBefore` stay, in a store that can tell (a folder; S3 deletes by name). Throws when
   * nothing can be deleted at all: `storage_failed`, `storage_access_refused`, `storage_bucket_missing`.
   */
  deleteMany(
    keys: readonly ObjectKey[],
    options: { readonly modifiedBefore: Date; readonly signal: AbortSignal },
  ): Promise<Removal>;
  /** Removes what is left of writes that began before `olderThan` and never ended. */
  abortStaleUploads(options: {
    readonly olderThan: Date;
    readonly signal: AbortSignal;
  }): Promise<{ readonly aborted: number; readonly failures: readonly RemovalFailure[] }>;
};
