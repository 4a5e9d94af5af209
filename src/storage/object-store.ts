/** Bytes under content-addressed names. Keys are ours, never user text: `audio/<sha256>.wav`, `videos/<sha256>.mp4`. */
export type ObjectKey = string;

export type ObjectInfo = {
  readonly key: ObjectKey;
  readonly bytes: number;
  readonly contentType: string;
  readonly etag: string;
  readonly modifiedAt: Date;
};

export type ObjectStore = {
  /** Moves or copies the file in; either the whole object is visible afterwards or none of it. Writing a key again with the same bytes is a no-op. */
  putFile(key: ObjectKey, filePath: string, options: { readonly signal: AbortSignal }): Promise<ObjectInfo>;
  putBytes(key: ObjectKey, bytes: Uint8Array, options: { readonly signal: AbortSignal }): Promise<ObjectInfo>;
  /** Undefined when there is no such object. */
  head(key: ObjectKey): Promise<ObjectInfo | undefined>;
  getBytes(key: ObjectKey, options: { readonly signal: AbortSignal }): Promise<Uint8Array>;
  /** `start` and `end` are inclusive byte positions. */
  createReadStream(key: ObjectKey, range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream;
  delete(key: ObjectKey): Promise<void>;
};
