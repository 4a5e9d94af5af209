import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { openBucket, type S3Settings } from './client.ts';
import { notS3, toS3Fault } from './faults.ts';

/**
 * Asks a bucket what it holds, one entry of it, and nothing that is charged for: an object that is written costs 90 days at Wasabi.
 * `listsUploads` is false when the key must not list unfinished uploads, which the clean-up does. Throws what `toS3Fault` says.
 */
export async function checkBucketAccess(
  settings: S3Settings,
  { signal }: { readonly signal: AbortSignal },
): Promise<{ readonly isEmpty: boolean; readonly listsUploads: boolean }> {
  const s3 = openBucket(settings);
  const options = { abortSignal: signal };
  try {
    // A list, because a refused HEAD has no body that says why.
    const listed = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket, MaxKeys: 1 }), options);
    // The SDK takes a web page for an empty list.
    if (listed.Name !== s3.bucket) throw notS3(s3);
    const uploads = s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, MaxUploads: 1 }), options);
    const listsUploads = await uploads.then(
      () => true,
      (thrown: unknown) => {
        if ((thrown as Error).name === 'AccessDenied') return false;
        throw thrown;
      },
    );
    return { isEmpty: (listed.KeyCount ?? 0) === 0, listsUploads };
  } catch (thrown) {
    throw toS3Fault(thrown, s3, signal);
  } finally {
    s3.client.destroy();
  }
}
