import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { AppError, toAppError } from '../../../core/errors.ts';
import type { ObjectKey, Removal, RemovalFailure } from '../../object-store.ts';
import type { S3Bucket } from './client.ts';
import { toS3Fault } from './faults.ts';

/** What S3 takes in one request. */
const MOST_KEYS = 1_000;
const ROUNDS = 5;

/** What may pass, as S3 says it of one key within a success. */
const PASSING = new Set([
  'InternalError',
  'ServiceUnavailable',
  'SlowDown',
  'RequestRateLimitExceeded',
  'RequestTimeout',
]);

/**
 * Deletes up to 1,000 objects with one request, and again what the answer names as failed for now. Throws RangeError for more
 * keys, and what `toS3Fault` says when a whole request fails for good.
 */
export async function deleteObjects(
  s3: S3Bucket,
  keys: readonly ObjectKey[],
  { firstPauseMilliseconds, signal }: { readonly firstPauseMilliseconds: number; readonly signal: AbortSignal },
): Promise<Removal> {
  if (keys.length > MOST_KEYS) {
    throw new RangeError(`At most ${MOST_KEYS} objects can be deleted at once; got ${keys.length}.`);
  }
  const failures: RemovalFailure[] = [];
  let pending = keys;
  for (let round = 1; pending.length > 0; round += 1) {
    const isLast = round === ROUNDS;
    const errors = await request(s3, pending, signal).catch((thrown: unknown) => {
      const error = toS3Fault(thrown, s3, signal);
      if (isLast || error.kind !== 'storage') throw error;
      return undefined;
    });
    if (errors !== undefined) {
      const passing = errors.filter(({ vendorCode }) => !isLast && PASSING.has(vendorCode));
      const lasting = errors.filter((error) => !passing.includes(error));
      failures.push(...lasting.map(({ key, vendorCode }) => ({ key, error: refusal(s3, vendorCode) })));
      pending = passing.map(({ key }) => key);
    }
    if (pending.length > 0) await pause(firstPauseMilliseconds * 2 ** (round - 1), signal);
  }
  return { deleted: keys.length - failures.length, rewritten: [], failures };
}

async function request({ client, bucket }: S3Bucket, keys: readonly ObjectKey[], signal: AbortSignal) {
  const Objects = keys.map((Key) => ({ Key }));
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  const { Errors = [] } = await client.send(command, { abortSignal: signal });
  const asked = new Set(keys);
  return Errors.map(({ Key = '', Code = 'an error without a code' }) => ({ key: Key, vendorCode: Code })).filter(
    ({ key, vendorCode }) => asked.has(key) && vendorCode !== 'NoSuchKey',
  );
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    throw toAppError(error);
  });
}

function refusal({ endpoint }: S3Bucket, vendorCode: string): AppError {
  const kind = vendorCode === 'AccessDenied' ? 'auth' : 'storage';
  const code = kind === 'auth' ? 'storage_access_refused' : 'storage_failed';
  const message = `The S3 storage at ${new URL(endpoint).host} did not delete it: ${vendorCode}.`;
  return new AppError({ code, kind, message });
}
