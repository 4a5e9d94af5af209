import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { systemClock } from '../../core/clock.ts';
import { ABSENT_KEY, CONTENT_TYPES, parseContentKey } from '../content-key.ts';
import { missingObject } from '../object-faults.ts';
import type { ObjectInfo, ObjectKey, ObjectStore } from '../object-store.ts';
import { openBucket } from './s3/client.ts';
import type { S3Bucket, S3Settings } from './s3/client.ts';
import { deleteObjects } from './s3/delete.ts';
import { readObject } from './s3/download.ts';
import { isMissingKey, notS3, statusOf, toS3Fault } from './s3/faults.ts';
import { listObjects } from './s3/list.ts';
import { abortStaleUploads } from './s3/stale-uploads.ts';
import { uploadBytes, uploadFile } from './s3/upload.ts';

const LONGEST_PRESIGNED_SECONDS = 604_800;
/**
 * What is there and younger than this is not sent again. Clean-up takes nothing that is younger than a day, so a job has another
 * twelve hours to write down that it uses the object.
 */
const YOUNG_MILLISECONDS = 12 * 3_600_000;
/** The SDK itself tries a request again for about two seconds; this is for the keys that a success names as failed. */
const FIRST_PAUSE_MILLISECONDS = 500;

export type S3Store = ObjectStore & {
  /** Throws what `toS3Fault` says when the bucket cannot be used. Asks for an object that is never there. */
  check(signal: AbortSignal): Promise<void>;
  /** Lets go of the connections. */
  close(): void;
};

/**
 * An object store in a bucket of Wasabi, or of any other service that speaks S3. Nothing is asked until it is used. Its errors
 * are those of `toS3Fault`.
 */
export function openS3Store(settings: S3Settings): S3Store {
  const s3 = openBucket(settings);
  const { client, bucket } = s3;
  const head = createHead(s3);
  const { clock = systemClock, firstPauseMilliseconds = FIRST_PAUSE_MILLISECONDS } = settings;

  const put = async (key: ObjectKey, upload: () => Promise<void>, signal: AbortSignal): Promise<ObjectInfo> => {
    try {
      const existing = await head(key, signal);
      const oldest = clock.now() - YOUNG_MILLISECONDS;
      if (existing !== undefined && existing.modifiedAt.getTime() >= oldest) return existing;
      // An upload whose answer was lost looks failed; whether the object is there is what counts.
      const failure = await upload().then(
        () => undefined,
        (error: unknown) => toS3Fault(error, s3, signal),
      );
      if (failure !== undefined && failure.kind !== 'storage') throw failure;
      const written = await head(key, signal).catch((error: unknown) => {
        throw failure ?? error;
      });
      if (written === undefined) throw failure ?? missingObject(key);
      const isWritten = existing === undefined || written.modifiedAt > existing.modifiedAt;
      if (!isWritten && failure !== undefined) throw failure;
      return written;
    } catch (error) {
      throw toS3Fault(error, s3, signal);
    }
  };

  return {
    putFile: (key, filePath, { signal }) => put(key, () => uploadFile(s3, key, filePath, signal), signal),
    putBytes: (key, bytes, { signal }) => put(key, () => uploadBytes(s3, key, bytes, signal), signal),
    head: (key) => head(key),
    getBytes: async (key, { signal }) => {
      parseContentKey(key);
      return buffer(Readable.from(readObject(s3, key, { range: undefined, signal }), { objectMode: false }));
    },
    createReadStream(key, range) {
      parseContentKey(key);
      const closed = new AbortController();
      const bytes = Readable.from(readObject(s3, key, { range, signal: closed.signal }), { objectMode: false });
      const stream = new PassThrough().once('close', () => closed.abort());
      // The stream itself tells its reader how it ended.
      pipeline(bytes, stream).catch(() => undefined);
      return stream;
    },
    localFile: (key) => void parseContentKey(key),
    async presignedUrl(key, { expiresInSeconds }) {
      parseContentKey(key);
      if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > LONGEST_PRESIGNED_SECONDS) {
        throw new RangeError(`expiresInSeconds must be a whole number from 1 to 604800; got ${expiresInSeconds}.`);
      }
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds });
    },
    async delete(key) {
      parseContentKey(key);
      try {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      } catch (error) {
        if (!isMissingKey(error)) throw toS3Fault(error, s3);
      }
    },
    async check(signal) {
      const found = await head(ABSENT_KEY, signal);
      // A proxy or a web page says yes to anything.
      if (found !== undefined) throw notS3(s3);
    },
    list: (folder, { signal }) => listObjects(s3, folder, signal),
    async deleteMany(keys, { signal }) {
      for (const key of keys) parseContentKey(key);
      return deleteObjects(s3, keys, { firstPauseMilliseconds, signal });
    },
    abortStaleUploads: (options) => abortStaleUploads(s3, options),
    close: () => client.destroy(),
  };
}

type Facts = { readonly ContentLength?: number | undefined; readonly LastModified?: Date | undefined };

function createHead(s3: S3Bucket): (key: ObjectKey, signal?: AbortSignal) => Promise<ObjectInfo | undefined> {
  const { client, bucket } = s3;
  let bucketExists = false;
  return async (key, signal) => {
    const { extension, sha256 } = parseContentKey(key);
    const address = { Bucket: bucket, Key: key };
    const options = signal === undefined ? {} : { abortSignal: signal };
    const describe = ({ ContentLength = 0, LastModified = new Date(0) }: Facts): ObjectInfo => {
      bucketExists = true;
      const contentType = CONTENT_TYPES[extension];
      // Not the server's, which is a hash of parts for a large object.
      return { key, bytes: ContentLength, contentType, etag: `"${sha256}"`, modifiedAt: LastModified };
    };
    try {
      return describe(await client.send(new HeadObjectCommand(address), options));
    } catch (error) {
      if (signal?.aborted === true || statusOf(error) === undefined) throw toS3Fault(error, s3, signal);
      if (statusOf(error) === 404 && bucketExists) return undefined;
    }
    // A refused HEAD has no body that says whether it is the object that is missing, the bucket or the right; GET tells.
    try {
      const { Body, ...facts } = await client.send(new GetObjectCommand(address), options);
      (Body as Readable | undefined)?.destroy();
      return describe(facts);
    } catch (error) {
      if (!isMissingKey(error)) throw toS3Fault(error, s3, signal);
      bucketExists = true;
      return undefined;
    }
  };
}
