import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../../core/clock.ts';
import { DEFAULT_PART_BYTES, LARGEST_SINGLE_BYTES } from './part-plan.ts';

/** Where a bucket is and who may use it. */
export type S3Settings = {
  /** Such as `https://s3.eu-central-1.wasabisys.com`; the bucket comes after it, in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** How long a connection may be silent before it counts as dead. */
  readonly idleTimeoutMilliseconds?: number;
  /** How large the parts of a large file are, and from which size on it has parts; S3 takes none below 5 MiB. */
  readonly partBytes?: number;
  /** Tells how old an object is that is written again; the system's without it. */
  readonly clock?: Clock;
  /** The first pause before deletes that failed are tried again; each further one is twice as long. */
  readonly firstPauseMilliseconds?: number;
};

export type S3Bucket = Required<Pick<S3Settings, 'bucket' | 'endpoint' | 'partBytes'>> & {
  readonly client: S3Client;
  /** Larger files go up in parts. */
  readonly largestSingleBytes: number;
};

const CONNECTION_TIMEOUT_MILLISECONDS = 5_000;
const IDLE_TIMEOUT_MILLISECONDS = 30_000;
/** The SDK waits longer each time, together about two seconds; after that the job engine has more patience. */
const ATTEMPTS = 4;

/** Wasabi says so with HTTP 400, which the SDK would take for a mistake of ours. */
const THROTTLED = 'RequestRateLimitExceeded';

export function openBucket(settings: S3Settings): S3Bucket {
  const { endpoint, region, bucket, accessKey, secretKey, partBytes = DEFAULT_PART_BYTES } = settings;
  const largestSingleBytes = settings.partBytes ?? LARGEST_SINGLE_BYTES;
  const idle = settings.idleTimeoutMilliseconds ?? IDLE_TIMEOUT_MILLISECONDS;
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    // Buckets with dots in their name have no certificate of their own, and every S3 server knows this form.
    forcePathStyle: true,
    // By default the SDK adds checksums that servers other than AWS's refuse. TLS and the signed hash of each body remain.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Asking before each part whether it may be sent costs a trip each time, and the answer is yes.
    expectContinueHeader: false,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS, socketTimeout: idle },
  });
  client.middlewareStack.add(
    (next) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        if ((error as Error).name === THROTTLED) Object.assign(error as Error, { $retryable: { throttling: true } });
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'throttledByWasabi' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const { headers, body } = request.request as { headers: Record<string, string>; body: unknown };
        if (commandName === 'DeleteObjectsCommand' && typeof body === 'string') {
          headers['content-md5'] = createHash('md5').update(body).digest('base64');
        }
        return next(request);
      },
    // S3 wants a checksum here, and servers older than the SDK's own know this one only.
    { step: 'build', priority: 'low', name: 'md5OfDeletes' },
  );
  return { client, bucket, endpoint, partBytes, largestSingleBytes };
}
