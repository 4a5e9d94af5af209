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

export type ObjectStore = {
  /**
   * Copies the file in; either the whole object is visible afterwards or none of it. Writing a key again is a no-op.
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
};
