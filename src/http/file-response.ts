import { send } from '@fastify/send';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectInfo, ObjectStore } from '../storage/object-store.ts';
import { HttpError } from './problem.ts';

/**
 * Sends a stored object: whole, one range of it (206), nothing new (304), or a refusal (412, 416).
 * The strong ETag is the hash of the bytes, so a range of a resumed download can never mix two versions. There is no
 * `Last-Modified`: the name is the content. Several ranges in one request get the whole file, as RFC 9110 allows.
 */
export async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    readonly objects: ObjectStore;
    readonly key: string;
    readonly fileName: string;
    readonly download: boolean;
  },
): Promise<FastifyReply> {
  const object = await options.objects.head(options.key);
  const filePath = options.objects.localFile(options.key);
  if (object === undefined || filePath === undefined) {
    throw new HttpError('file_not_found', `The file ${options.fileName} is not stored any more.`);
  }
  reply.header('etag', object.etag);
  reply.header('cache-control', 'private, max-age=86400, immutable');
  if (!ifMatchHolds(request, object)) {
    throw new HttpError('precondition_failed', `If-Match must name the file's ETag ${object.etag}.`);
  }
  if (ifNoneMatchNames(request, object)) return reply.code(304).send();

  const result = await send(rangeRequest(request, object), encodeURI(filePath), {
    acceptRanges: true,
    cacheControl: false,
    contentType: false,
    dotfiles: 'allow',
    etag: false,
    index: false,
    lastModified: false,
  });
  if (result.type !== 'file') {
    result.stream.destroy();
    throw result.statusCode === 416
      ? new HttpError('range_not_satisfiable', `The range must overlap the file's ${object.bytes} bytes.`, {
          'content-range': `bytes */${object.bytes}`,
        })
      : new HttpError('file_not_found', `The file ${options.fileName} is not stored any more.`);
  }
  reply.code(result.statusCode).headers(result.headers).type(object.contentType);
  reply.header('content-disposition', `${options.download ? 'attachment' : 'inline'}; filename="${options.fileName}"`);
  return reply.send(result.stream);
}

/** What the file sender may see of the request: ranges belong to GET, and only when If-Range names this very file. */
function rangeRequest(request: FastifyRequest, object: ObjectInfo): Parameters<typeof send>[0] {
  const { range } = request.headers;
  const ifRange = request.headers['if-range'];
  const applies = request.method === 'GET' && range !== undefined && (ifRange === undefined || ifRange === object.etag);
  // The sender reads `method` and `headers` alone; the conditions it would evaluate are already decided here.
  const seen = { method: request.method, headers: applies ? { range } : {} };
  return seen as unknown as Parameters<typeof send>[0];
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
