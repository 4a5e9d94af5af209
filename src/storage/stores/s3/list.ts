import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { isContentKey } from '../../content-key.ts';
import type { ListedObject } from '../../object-store.ts';
import type { S3Bucket } from './client.ts';
import { protocolFault, toS3Fault } from './faults.ts';

/** The objects of a folder, a page of 1,000 names at a time. Throws what `toS3Fault` makes of a failure. */
export async function* listObjects(
  s3: S3Bucket,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedObject[], void> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: `${folder}/`, ContinuationToken: token });
    const page = await s3.client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw toS3Fault(error, s3, signal);
    });
    yield (page.Contents ?? []).flatMap(({ Key = '', Size = 0, LastModified }) =>
      isContentKey(Key) && LastModified !== undefined ? [{ key: Key, bytes: Size, modifiedAt: LastModified }] : [],
    );
    const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    if (page.IsTruncated === true && (next === undefined || next === token)) {
      throw protocolFault(s3, 'with a list that does not go on');
    }
    token = next;
  } while (token !== undefined);
}
