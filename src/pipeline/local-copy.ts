import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ObjectKey, ObjectStore } from '../storage/object-store.ts';

/** A path of this machine with the object's bytes: where its store keeps it, or a copy in `folder`. Only to be read. */
export async function localCopy(
  key: ObjectKey,
  options: { readonly objects: ObjectStore; readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const { objects, folder, signal } = options;
  const kept = objects.localFile(key);
  if (kept !== undefined) return kept;
  await mkdir(folder, { recursive: true });
  const path = join(folder, basename(key));
  await pipeline(objects.createReadStream(key), createWriteStream(path), { signal });
  return path;
}
