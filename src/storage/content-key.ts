import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../core/errors.ts';
import type { ObjectKey } from './object-store.ts';

/** What can be stored, by file extension, and the media type it is served as. */
export const CONTENT_TYPES = {
  mp4: 'video/mp4',
  wav: 'audio/wav',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  png: 'image/png',
  json: 'application/json; charset=utf-8',
} as const;

export type ObjectExtension = keyof typeof CONTENT_TYPES;

/** A key taken apart. */
export type ParsedKey = { readonly folder: string; readonly sha256: string; readonly extension: ObjectExtension };

const KEY_PATTERN = /^([a-z][a-z0-9-]{0,31})\/([0-9a-f]{64})\.([a-z0-9]{1,8})$/;

/** `videos/<sha256>.mp4`: the name proves the bytes. Throws `invalid_object_key` when a part breaks the pattern. */
export function contentKey(folder: string, sha256: string, extension: ObjectExtension): ObjectKey {
  const key = `${folder}/${sha256}.${extension}`;
  parseContentKey(key);
  return key;
}

/** Throws `invalid_object_key` for anything but `<folder>/<64 hex digits>.<known extension>`. */
export function parseContentKey(key: ObjectKey): ParsedKey {
  const match = KEY_PATTERN.exec(key);
  const [, folder, sha256, extension] = match ?? [];
  if (
    folder === undefined ||
    sha256 === undefined ||
    extension === undefined ||
    !Object.hasOwn(CONTENT_TYPES, extension)
  ) {
    throw new AppError({
      code: 'invalid_object_key',
      kind: 'internal',
      message:
        `An object key must be <folder>/<64 hex digits>.<${Object.keys(CONTENT_TYPES).join('|')}>, ` +
        `not ${JSON.stringify(key.slice(0, 120))}.`,
    });
  }
  return { folder, sha256, extension: extension as ObjectExtension };
}

/** Of an object that is never there: whoever can say so can be worked with. */
export const ABSENT_KEY: ObjectKey = `health/${'0'.repeat(64)}.json`;

/** Whether it is a key that `contentKey` makes. A bucket may hold files of others, too. */
export function isContentKey(name: string): boolean {
  const extension = KEY_PATTERN.exec(name)?.[3];
  return extension !== undefined && Object.hasOwn(CONTENT_TYPES, extension);
}

/** SHA-256 of the bytes as 64 lower-case hex digits. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a file, read as a stream. Rejects with the file system's error, or with an AbortError. */
export async function hashFile(filePath: string, options: { readonly signal: AbortSignal }): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(filePath), hash, { signal: options.signal });
  return hash.digest('hex');
}
