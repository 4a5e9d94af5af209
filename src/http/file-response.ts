import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectInfo, ObjectStore } from '../storage/object-store.ts';
import { HttpError } from './problem.ts';
import { openStoredBytes } from './stored-bytes.ts';

/**
 * Sends a stored object: whole, one range of it (206), nothing new (304), or a refusal (412, 416).
 * The strong ETag is the hash of the bytes, so a range of a resumed download can never mix two versions. There is no
 * `Last-Modified`: the name is the content. The object may lie on this machine or in a bucket.
 */
export async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    readonly objects: ObjectStore;
    readonly key: string;
    readonly fileName: string;
    readonly download: boolean;
    /** When the file was finished, in milliseconds since the epoch, where that is known: it has then been there and is gone. */
    readonly finishedAt?: number | null;
  },
): Promise<FastifyReply> {
  const object = await options.objects.head(options.key);
  if (object === undefined) throw notStored(options);
  reply.header('etag', object.etag);
  reply.header('cache-control', 'private, max-age=86400, immutable');
  if (!ifMatchHolds(request, object)) {
    throw new HttpError('precondition_failed', `If-Match must name the file's ETag ${object.etag}.`);
  }
  if (ifNoneMatchNames(request, object)) return reply.code(304).send();

  const stored = await openStoredBytes(request, object, options.objects);
  if (stored === undefined) throw notStored(options);
  reply.code(stored.statusCode).headers(stored.headers).type(object.contentType);
  reply.header('content-disposition', `${options.download ? 'attachment' : 'inline'}; filename="${options.fileName}"`);
  return reply.send(stored.stream);
}

function notStored({
  fileName,
  finishedAt,
}: {
  readonly fileName: string;
  readonly finishedAt?: number | null;
}): HttpError {
  if (finishedAt === undefined || finishedAt === null) {
    return new HttpError('file_not_found', `The file ${fileName} is not stored any more.`);
  }
  const day = new Date(finishedAt).toISOString().slice(0, 10);
  return new HttpError(
    'file_expired',
    `The file ${fileName}, finished on ${day}, was deleted: files are kept for some days.`,
  );
}

function ifMatchHolds(request: FastifyRequest, object: ObjectInfo): boolean {
  const ifMatch = request.headers['if-match'];
  return ifMatch === undefined || ifMatch.trim() === '*' || entityTags(ifMatch).includes(object.etag);
}

function ifNoneMatchNames(request: FastifyRequest, object: ObjectInfo): boolean {
  const ifNoneMatch = request.headers['if-none-match'];
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return entityTags(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === object.etag);
}

function entityTags(header: string): readonly string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
