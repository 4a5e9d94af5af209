import { AppError } from '../core/errors.ts';
import { parseContentKey } from './content-key.ts';
import type { ObjectKey } from './object-store.ts';

/** Throws AppError `object_hash_mismatch` unless the key is named by this SHA-256 (64 hex digits). */
export function requireMatchingHash(key: ObjectKey, sha256: string): void {
  if (parseContentKey(key).sha256 === sha256) return;
  throw new AppError({
    code: 'object_hash_mismatch',
    kind: 'internal',
    message: `The bytes for ${key} have the SHA-256 ${sha256}; an object's name must be the hash of its bytes.`,
  });
}

export function missingObject(key: ObjectKey): AppError {
  return new AppError({ code: 'object_missing', kind: 'storage', message: `There is no stored object ${key}.` });
}
