import { Readable } from 'node:stream';
import { send } from '@fastify/send';
import type { FastifyRequest } from 'fastify';
import { parse } from 'range-parser';
import type { ObjectInfo, ObjectStore } from '../storage/object-store.ts';
import { HttpError } from './problem.ts';

/** What range-parser says of ranges that are well written and past the end. */
const UNSATISFIABLE = 2;

/** What is to be sent of an object: all of it (200) or the range that was asked for (206). */
export type StoredBytes = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: NodeJS.ReadableStream;
};

/**
 * Ranges belong to GET, and only when If-Range names this very file; several in one request get the whole file, as RFC 9110
 * allows. Undefined when the object has gone. Throws HttpError `range_not_satisfiable`.
 */
export async function openStoredBytes(
  request: FastifyRequest,
  object: ObjectInfo,
  objects: ObjectStore,
): Promise<StoredBytes | undefined> {
  const ifRange = request.headers['if-range'];
  const applies = request.method === 'GET' && (ifRange === undefined || ifRange === object.etag);
  const range = applies ? request.headers.range : undefined;
  const filePath = objects.localFile(object.key);
  return filePath === undefined
    ? openFarBytes(request.method, range, object, objects)
    : openLocalBytes(request.method, range, object, filePath);
}

async function openLocalBytes(
  method: string,
  range: string | undefined,
  object: ObjectInfo,
  filePath: string,
): Promise<StoredBytes | undefined> {
  // The sender reads `method` and `headers` alone; the conditions it would evaluate are already decided.
  const seen = { method, headers: range === undefined ? {} : { range } } as unknown as Parameters<typeof send>[0];
  const result = await send(seen, encodeURI(filePath), {
    acceptRanges: true,
    cacheControl: false,
    contentType: false,
    dotfiles: 'allow',
    etag: false,
    index: false,
    lastModified: false,
  });
  if (result.type === 'file') return result;
  result.stream.destroy();
  if (result.statusCode === 416) throw rangeNotSatisfiable(object);
  return undefined;
}

/** For a store whose objects are not on this machine: only the range is asked of it. */
function openFarBytes(
  method: string,
  range: string | undefined,
  { key, bytes }: ObjectInfo,
  objects: ObjectStore,
): StoredBytes {
  const headers = { 'accept-ranges': 'bytes' };
  const {
    type,
    ranges,
    code: mistakes,
  } = range === undefined ? { type: '', ranges: [], code: 0 } : parse(bytes, range);
  const [first, ...others] = type === 'bytes' ? ranges : [];
  if (first !== undefined && others.length === 0 && mistakes === 0) {
    const { start, end } = first;
    const facts = { 'content-range': `bytes ${start}-${end}/${bytes}`, 'content-length': String(end - start + 1) };
    return {
      statusCode: 206,
      headers: { ...headers, ...facts },
      stream: objects.createReadStream(key, { start, end }),
    };
  }
  if (type === 'bytes' && ranges.length === 0 && mistakes === UNSATISFIABLE) throw rangeNotSatisfiable({ bytes });
  const stream = method === 'HEAD' ? Readable.from([]) : objects.createReadStream(key);
  return { statusCode: 200, headers: { ...headers, 'content-length': String(bytes) }, stream };
}

function rangeNotSatisfiable({ bytes }: Pick<ObjectInfo, 'bytes'>): HttpError {
  return new HttpError('range_not_satisfiable', `The range must overlap the file's ${bytes} bytes.`, {
    'content-range': `bytes */${bytes}`,
  });
}
