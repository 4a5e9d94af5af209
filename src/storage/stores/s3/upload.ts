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

/** One more is read and hashed meanwhile, so that three parts of 8 MiB are what an upload holds in memory; more were no faster. */
const PARTS_UNDER_WAY = 2;

/** A file is read and hashed in so small pieces that the part before goes on being sent between them. */
const PIECE_BYTES = 1024 ** 2;

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
 * Sends a file with three parts of it in memory at a time: the SDK signs the hash of each part, and can send it again. The object
 * appears only when the hash of all that was read is the key's. Throws as `uploadBytes` does, and AppErrors for a file that
 * cannot be read.
 */
export async function uploadFile(s3: S3Bucket, key: ObjectKey, filePath: string, signal: AbortSignal): Promise<void> {
  const file = await open(filePath, 'r').catch(rethrowFileFault);
  try {
    const { size } = await file.stat().catch(rethrowFileFault);
    if (size <= s3.largestSingleBytes)
      await uploadBytes(s3, key, await readPart(file, 0, Buffer.allocUnsafe(size)), signal);
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
  const upload = { Bucket: bucket, Key: key };
  const create = new CreateMultipartUploadCommand({ ...upload, ContentType: contentTypeOf(key) });
  const { UploadId } = await client.send(create, { abortSignal: signal });
  const failed = new AbortController();
  const sending = { abortSignal: AbortSignal.any([signal, failed.signal]) };
  const underWay: Promise<UploadedPart>[] = [];
  try {
    const hash = createHash('sha256');
    const partBytes = Math.max(...parts.map(({ bytes }) => bytes));
    const buffers = Array.from({ length: Math.min(PARTS_UNDER_WAY + 1, parts.length) }, () =>
      Buffer.allocUnsafe(partBytes),
    );
    for (const [index, { number, start, bytes }] of parts.entries()) {
      // Free, because the part that was sent from it has arrived.
      const buffer = buffers[index % buffers.length] as Buffer;
      const partHash = createHash('sha256');
      const Body = await readPart(file, start, buffer.subarray(0, bytes), (piece) => {
        hash.update(piece);
        partHash.update(piece);
      });
      const command = new UploadPartCommand({ ...upload, UploadId, PartNumber: number, Body });
      signHash(command, partHash.digest('hex'));
      await underWay[index - PARTS_UNDER_WAY];
      const sent = client.send(command, sending).then(({ ETag }) => ({ PartNumber: number, ETag }));
      // Awaited in its turn; until then its failure is no fault of the process.
      sent.catch(() => undefined);
      underWay.push(sent);
    }
    const uploaded = await Promise.all(underWay);
    requireMatchingHash(key, hash.digest('hex'));
    const complete = { ...upload, UploadId, MultipartUpload: { Parts: uploaded } };
    await client.send(new CompleteMultipartUploadCommand(complete), sending);
  } catch (error) {
    failed.abort();
    // A part that arrives after the upload was taken back would be left over.
    await Promise.allSettled(underWay);
    const abortSignal = AbortSignal.timeout(ABORT_DEADLINE_MILLISECONDS);
    // Why the upload failed is what the caller has to know, also when it cannot be taken back.
    await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }), { abortSignal }).catch(() => undefined);
    throw error;
  }
}

/** The hash of the body that the signature vouches for. The SDK would take it when nothing is being sent. */
function signHash(command: UploadPartCommand, sha256: string): void {
  command.middlewareStack.add(
    (next) => async (request) => {
      (request.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = sha256;
      return next(request);
    },
    { step: 'build', name: 'knownHash' },
  );
}

/** Fills `buffer` from `start`, and tells each piece. A file that has become shorter gives less, which its hash then shows. */
async function readPart(
  file: FileHandle,
  start: number,
  buffer: Buffer,
  onPiece: (piece: Buffer) => void = () => undefined,
): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file
      .read(buffer, filled, Math.min(PIECE_BYTES, buffer.length - filled), start + filled)
      .catch(rethrowFileFault);
    if (bytesRead === 0) break;
    onPiece(buffer.subarray(filled, filled + bytesRead));
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
