import type { S3Simulator } from '../../src/simulators/s3.ts';
import type { StoredObject } from '../../src/simulators/s3-stored-objects.ts';
import { hashBytes, parseContentKey } from '../../src/storage/content-key.ts';

/** Looks at every object in the moment in which a reader could see it, whatever becomes of it later. */
export type BucketWatch = {
  /** Keys under which something else than the bytes that they name could be seen. */
  readonly halfFiles: readonly string[];
};

export function watchBucket({ objects }: Pick<S3Simulator, 'objects'>): BucketWatch {
  const halfFiles: string[] = [];
  const bucket = objects as Map<string, StoredObject>;
  const set = bucket.set.bind(bucket);
  bucket.set = (key, object) => {
    if (!isWhole(key, object.bytes)) halfFiles.push(key);
    return set(key, object);
  };
  return { halfFiles };
}

function isWhole(key: string, bytes: Buffer): boolean {
  try {
    return parseContentKey(key).sha256 === hashBytes(bytes);
  } catch {
    return false;
  }
}
