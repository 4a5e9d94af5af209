import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { missingObject } from '../../object-faults.ts';
import type { ObjectKey } from '../../object-store.ts';
import type { S3Bucket } from './client.ts';
import { isMissingKey, protocolFault, toS3Fault } from './faults.ts';

/** A connection that breaks is taken up again where it broke; more often than this in a row, something else is wrong. */
const MOST_BREAKS = 5;
/** After as much as this a break begins a new row. A reader that pauses for long loses its connection each time. */
const STEADY_BYTES = 64 * 1024;

/**
 * The bytes of an object, or those of `range` (inclusive positions), as they come. Throws AppError `object_missing`, or what
 * `toS3Fault` makes of the failure.
 */
export async function* readObject(
  s3: S3Bucket,
  key: ObjectKey,
  options: {
    readonly range: { readonly start: number; readonly end: number } | undefined;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Buffer, void> {
  const { range, signal } = options;
  let position = range?.start ?? 0;
  let end = range?.end;
  let breaks = 0;
  for (;;) {
    const body = await request(s3, key, { position, end, signal });
    // The first answer says where the object ends.
    end = position + body.byteCount - 1;
    const before = position;
    try {
      for await (const chunk of body.stream as AsyncIterable<Buffer>) {
        position += chunk.length;
        yield chunk;
      }
      if (position > end) return;
      throw new Error(`The bytes ended at ${position} of ${end + 1}.`);
    } catch (error) {
      breaks = position - before >= STEADY_BYTES ? 1 : breaks + 1;
      if (signal.aborted || breaks > MOST_BREAKS || position === before) throw toS3Fault(error, s3, signal);
      // What broke off was the end of the connection, not of the bytes.
      if (position > end) return;
    }
  }
}

async function request(
  s3: S3Bucket,
  key: ObjectKey,
  options: { readonly position: number; readonly end: number | undefined; readonly signal: AbortSignal },
): Promise<{ readonly stream: Readable; readonly byteCount: number }> {
  const { position, end, signal } = options;
  const Range = position === 0 && end === undefined ? undefined : `bytes=${position}-${end ?? ''}`;
  try {
    const command = new GetObjectCommand({ Bucket: s3.bucket, Key: key, Range });
    const { Body, ContentLength, ContentRange } = await s3.client.send(command, { abortSignal: signal });
    if (Body === undefined || ContentLength === undefined) throw protocolFault(s3, 'without the bytes or their number');
    if (Range !== undefined && ContentRange?.startsWith(`bytes ${position}-`) !== true) {
      (Body as Readable).destroy();
      throw protocolFault(s3, 'with other bytes than those asked for');
    }
    return { stream: Body as Readable, byteCount: ContentLength };
  } catch (error) {
    if (isMissingKey(error)) throw missingObject(key);
    throw toS3Fault(error, s3, signal);
  }
}
