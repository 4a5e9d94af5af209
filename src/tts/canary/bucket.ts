import { createHash } from 'node:crypto';

/** One bucket is 0.01 % of all users. */
const BUCKET_COUNT = 10_000;

/**
 * The bucket of a user, 0 to BUCKET_COUNT - 1: the same on every machine and after every restart. Another salt deals the
 * users anew. The first 48 bits of a SHA-256 make the bias of the remainder smaller than 1e-10.
 */
export function canaryBucket(salt: string, userId: string): number {
  // JSON keeps the border between the two texts, which a plain separator inside a user id would blur.
  const digest = createHash('sha256')
    .update(JSON.stringify([salt, userId]))
    .digest();
  return digest.readUIntBE(0, 6) % BUCKET_COUNT;
}

/** True for the users of the lowest `percent` of the buckets, so that nobody leaves when the percentage grows. */
export function isCanaryUser(salt: string, userId: string, percent: number): boolean {
  return canaryBucket(salt, userId) < Math.round((percent / 100) * BUCKET_COUNT);
}
