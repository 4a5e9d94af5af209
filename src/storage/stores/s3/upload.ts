import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { toAppError } from '../../../core/errors.ts';
import { CONTENT_TYPES, hashBytes, parseContentKey } from '../../content-key.ts';
import { requireMatchingHash } from '../../object-faults.ts';
import type { ObjectKey } from '../../object-store.ts';
import type { S3Bucket } from './client.ts';
import { planParts } from './part-plan.ts';
import type { Part } from './part-plan.ts';

/** An upload that failed is given this long to be taken back; the bucket's own rules remove what then remains. */
const ABORT_DEADLINE_MILLISECONDS = 10_000;

type UploadedPart = { readonly PartNumber: number; readonly ETag: string | undefined };

/** Throws AppError `object_hash_mismatch` before anything is sent, or the error of the SDK. */
export async function uploadBytes(
  { client, bucket }: S3Bucket,
  key: ObjectKey,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  requireMatchingHash(key, hashBytes(bytes));
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentTypeOf(key) });
  await client.send(command, { abortSignal: signal });
}

/**
 * Sends a file with one part of it in memory at a time: the SDK signs the hash of each part, and can send it again. The object
 * appears only when the hash of all that was read is the key's. Throws as `uploadBytes` does, and AppErrors for a file that
 * cannot be read.
 */
export async function uploadFile(s3: S3Bucket, key: ObjectKey, filePath: string, signal: AbortSignal): Promise<void> {
  const file = await open(filePath, 'r').catch(rethrowFileFault);
  try {
    const { size } = await file.stat().catch(rethrowFileFault);
    if (size <= s3.partBytes) await uploadBytes(s3, key, await readPart(file, 0, Buffer.allocUnsafe(size)), signal);
    else await uploadParts(s3, key, file, planParts(size, s3.partBytes), signal);
  } finally {
    await file.close();
  }
}

async function uploadParts(
  { client, bucket }: S3Bucket,
  key: ObjectKey,
  file: FileHandle,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<void> {
  const sending = { abortSignal: signal };
  const upload = { Bucket: bucket, Key: key };
  const create = new CreateMultipartUploadCommand({ ...upload, ContentType: contentTypeOf(key) });
  const { UploadId } = await client.send(create, sending);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.max(...parts.map(({ bytes }) => bytes)));
    const uploaded: UploadedPart[] = [];
    for (const { number, start, bytes } of parts) {
      const Body = await readPart(file, start, buffer.subarray(0, bytes));
      hash.update(Body);
      const command = new UploadPartCommand({ ...upload, UploadId, PartNumber: number, Body });
      uploaded.push({ PartNumber: number, ETag: (await client.send(command, sending)).ETag });
    }
    requireMatchingHash(key, hash.digest('hex'));
    const complete = { ...upload, UploadId, MultipartUpload: { Parts: uploaded } };
    await client.send(new CompleteMultipartUploadCommand(complete), sending);
  } catch (error) {
    const abortSignal = AbortSignal.timeout(ABORT_DEADLINE_MILLISECONDS);
    // Why the upload failed is what the caller has to know, also when it cannot be taken back.
    await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }), { abortSignal }).catch(() => undefined);
    throw error;
  }
}

/** Fills `buffer` from `start`. A file that has become shorter gives less, which its hash then shows. */
async function readPart(file: FileHandle, start: number, buffer: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file
      .read(buffer, filled, buffer.length - filled, start + filled)
      .catch(rethrowFileFault);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function contentTypeOf(key: ObjectKey): string {
  return CONTENT_TYPES[parseContentKey(key).extension];
}

/** A fault of this machine's disk is not one of the S3 storage. */
function rethrowFileFault(error: unknown): never {
  throw toAppError(error);
}
