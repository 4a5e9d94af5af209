import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { RequestLog } from './request-log.ts';
import { emptyAnswer, s3Error } from './s3-answers.ts';
import type { S3Answer, S3Request } from './s3-answers.ts';
import { receiveBody } from './s3-body.ts';
import { isMetBy, refusalOfFault, S3_FAULTS } from './s3-faults.ts';
import type { S3Fault } from './s3-faults.ts';
import { deleteObjects, getObject, listObjects, noSuchKey, putObject } from './s3-objects.ts';
import { refusalOfSignature } from './s3-signature.ts';
import type { S3Account } from './s3-signature.ts';
import { StoredObjects } from './s3-stored-objects.ts';
import type { StoredObject } from './s3-stored-objects.ts';
import { noSuchUpload, S3Uploads } from './s3-uploads.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

export type S3SimulatorOptions = SimulatorOptions &
  S3Account & {
    /** The only bucket that there is. */
    readonly bucket: string;
    readonly clock: Clock;
    /** How long the fault `slow-first-byte` waits. */
    readonly slowSeconds?: number | undefined;
    /** False lets the bytes of objects go, unchecked: memory stays small, and only HEAD knows them. True without it. */
    readonly keepsBodies?: boolean | undefined;
    /** How many objects or uploads a list has at most: 1,000, as in S3, without it. */
    readonly longestList?: number | undefined;
  };

export type S3Simulator = Simulator<S3Fault> & {
  /** What is in the bucket, by key. */
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Puts an object there past the protocol, as old as is wanted, in milliseconds since the epoch. */
  place(key: string, object: { readonly bytes: Buffer; readonly modifiedAt: number }): void;
};

/** More than the largest part that our own store sends. */
const LARGEST_BODY_BYTES = 64 * 1024 ** 2;
/** What S3 takes in one request. */
const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
/** Where the fault `reset-mid-part` cuts. */
const RESET_AFTER_BYTES = 64 * 1024;

/**
 * One bucket of S3 as AWS's reference describes it, addressed by path and kept in memory: objects, ranges, lists, multipart
 * uploads, deletes of many. Signatures, bodies and expiries are checked. Checksums in trailers are refused, as they are by
 * servers older than the SDK's habit of sending them. The bodies of uploads are not in `requests`.
 */
export async function startS3Simulator(options: S3SimulatorOptions): Promise<S3Simulator> {
  const { bucket, clock, slowSeconds = 30, keepsBodies = true } = options;
  const faults = new FaultControl<S3Fault>(S3_FAULTS);
  const log = new RequestLog(options.keptRequests);
  const objects = new StoredObjects();
  const uploads = new S3Uploads(bucket, objects, options.longestList);
  let requestCount = 0;

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(message.url ?? '/', 'http://simulator');
    const method = message.method ?? 'GET';
    const waiting = faults.active()?.scenario;
    const fault = waiting !== undefined && isMetBy(waiting, { method, query }) ? faults.take() : undefined;
    if (fault === 'reset-mid-part') {
      log.add(message, '');
      await resetWithin(message);
      return;
    }
    const keep = keepsBodies || method !== 'PUT';
    const body = await receiveBody(message, { keep, largestBytes: keep ? LARGEST_BODY_BYTES : LARGEST_PUT_BYTES });
    const { headers } = log.add(message, method === 'POST' ? body.bytes.toString('utf8') : '');
    const request = { method, path, query, headers, body };
    if (fault === 'hang') return;
    if (fault === 'refuse') {
      response.destroy();
      return;
    }
    if (fault === 'slow-first-byte') {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      await wait(slowSeconds * 1000, undefined, { signal: gone.signal });
    }
    const answer =
      (fault === undefined ? undefined : refusalOfFault(fault)) ??
      refusalOfSignature(request, options, clock.now()) ??
      route(request, { bucket, objects, uploads, fault, now: clock.now(), longestList: options.longestList });
    if (fault === 'complete-unanswered' || fault === 'lose-answer') {
      response.destroy();
      return;
    }
    const date = new Date(clock.now()).toUTCString();
    const common = { 'x-amz-request-id': `simulated-${++requestCount}`, date };
    send(response, method, { ...answer, headers: { ...answer.headers, ...common } }, fault === 'drop-mid-body');
  };

  const server = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  const { url, close } = await listenOnLoopback(server, options.port);
  const place: S3Simulator['place'] = (key, { bytes, modifiedAt }) => {
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const contentType = 'binary/octet-stream';
    objects.set(key, { bytes, byteCount: bytes.length, contentType, etag, modifiedAt });
  };
  return { url, faults, requests: log.requests, objects, place, close };
}

function route(
  request: S3Request,
  state: {
    readonly bucket: string;
    readonly objects: StoredObjects;
    readonly uploads: S3Uploads;
    readonly fault: S3Fault | undefined;
    readonly now: number;
    readonly longestList: number | undefined;
  },
): S3Answer {
  const { method, path, query, headers } = request;
  const { bucket, objects, uploads, fault, now, longestList } = state;
  if (headers['content-encoding'] === 'aws-chunked') {
    return s3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented.');
  }
  const [, named = '', ...rest] = path.split('/');
  if (decodeURIComponent(named) !== bucket) {
    return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  }
  const key = rest.map(decodeURIComponent).join('/');
  if (key === '') {
    if (method === 'HEAD') return emptyAnswer(200);
    if (method === 'GET' && query.get('list-type') === '2') return listObjects(bucket, objects, query, longestList);
    if (method === 'GET' && query.has('uploads')) return uploads.list(query);
    if (method === 'POST' && query.has('delete')) return deleteObjects(objects, request, fault === 'delete-errors');
    return s3Error(501, 'NotImplemented', 'This simulator does not know the request.');
  }
  if (query.has('uploadId')) {
    if (fault === 'upload-aborted') {
      uploads.abort(key, query);
      return noSuchUpload();
    }
    if (fault === 'complete-fails-in-200') {
      return { ...s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.'), status: 200 };
    }
    if (method === 'PUT') return uploads.putPart(key, request);
    if (method === 'POST') return uploads.complete(key, request, now);
    if (method === 'DELETE') return uploads.abort(key, query);
  }
  if (method === 'POST' && query.has('uploads')) return uploads.create(key, request, now);
  if (method === 'PUT') return putObject(objects, key, request, now);
  if (method === 'DELETE') {
    objects.delete(key);
    return emptyAnswer(204);
  }
  const object = objects.get(key);
  if (object === undefined) return noSuchKey();
  if (method === 'GET' && object.bytes.length < object.byteCount) {
    return s3Error(501, 'NotImplemented', 'This simulator does not keep the bytes of objects.');
  }
  return getObject(object, fault === 'range-ignored' ? undefined : headers['range']);
}

/** Reads the beginning of the body and resets the connection, so that the client is cut off while it writes. */
async function resetWithin(message: IncomingMessage): Promise<void> {
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount >= RESET_AFTER_BYTES) break;
  }
  message.socket.resetAndDestroy();
}

function send(response: ServerResponse, method: string, answer: S3Answer, drop: boolean): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const length = answer.status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(answer.status, { ...length, ...answer.headers });
  if (drop) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(method === 'HEAD' ? undefined : body);
}
