import { contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectKey, ObjectStore } from '../storage/object-store.ts';

/** Keeps plain data that is too large for the job journal in the object store, and gives its key. */
export async function storeJson(
  objects: ObjectStore,
  folder: string,
  value: unknown,
  signal: AbortSignal,
): Promise<ObjectKey> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const key = contentKey(folder, hashBytes(bytes), 'json');
  await objects.putBytes(key, bytes, { signal });
  return key;
}

/** The value that `storeJson` kept under this key. The caller knows its type, because it wrote it. */
export async function loadJson<T>(objects: ObjectStore, key: ObjectKey, signal: AbortSignal): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await objects.getBytes(key, { signal }))) as T;
}
