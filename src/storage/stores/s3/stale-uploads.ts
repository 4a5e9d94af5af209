import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { MultipartUpload } from '@aws-sdk/client-s3';
import { isContentKey } from '../../content-key.ts';
import type { RemovalFailure } from '../../object-store.ts';
import type { S3Bucket } from './client.ts';
import { protocolFault, toS3Fault } from './faults.ts';

/**
 * Aborts the uploads in parts of our objects that began before `olderThan`: those of processes that were killed, whose parts are
 * charged for and shown nowhere. Throws what `toS3Fault` says when they cannot be listed.
 */
export async function abortStaleUploads(
  s3: S3Bucket,
  { olderThan, signal }: { readonly olderThan: Date; readonly signal: AbortSignal },
): Promise<{ readonly aborted: number; readonly failures: readonly RemovalFailure[] }> {
  let aborted = 0;
  const failures: RemovalFailure[] = [];
  for await (const uploads of listUploads(s3, signal)) {
    for (const { Key = '', UploadId, Initiated } of uploads) {
      if (!isContentKey(Key) || Initiated === undefined || Initiated >= olderThan) continue;
      const command = new AbortMultipartUploadCommand({ Bucket: s3.bucket, Key, UploadId });
      try {
        await s3.client.send(command, { abortSignal: signal });
        aborted += 1;
      } catch (thrown) {
        // Completed or aborted since it was listed.
        if ((thrown as Error).name === 'NoSuchUpload') continue;
        const error = toS3Fault(thrown, s3, signal);
        if (error.kind !== 'storage') throw error;
        failures.push({ key: Key, error });
      }
    }
  }
  return { aborted, failures };
}

async function* listUploads(s3: S3Bucket, signal: AbortSignal): AsyncGenerator<readonly MultipartUpload[], void> {
  let marker: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: s3.bucket, ...marker });
    const page = await s3.client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw toS3Fault(error, s3, signal);
    });
    yield page.Uploads ?? [];
    if (page.IsTruncated !== true) return;
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    if (KeyMarker === marker.KeyMarker && UploadIdMarker === marker.UploadIdMarker) {
      throw protocolFault(s3, 'with a list of uploads that does not go on');
    }
    marker = { KeyMarker, UploadIdMarker };
  }
}
