import { crc32 } from 'node:zlib';
import { element, elementsIn, emptyAnswer, s3Error, xmlAnswer } from './s3-answers.ts';
import type { S3Answer, S3Request } from './s3-answers.ts';
import type { StoredObject, StoredObjects } from './s3-stored-objects.ts';

const LONGEST_LIST = 1000;

export function noSuchKey(): S3Answer {
  return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
}

export function putObject(objects: StoredObjects, key: string, { headers, body }: S3Request, now: number): S3Answer {
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  const etag = `"${body.md5.toString('hex')}"`;
  const { bytes, byteCount } = body;
  objects.set(key, { bytes, byteCount, contentType, etag, modifiedAt: now });
  return emptyAnswer(200, { etag });
}

/** The whole object, or the range of a Range header; HEAD gets the same with a body that is not sent. */
export function getObject(object: StoredObject, range: string | undefined): S3Answer {
  const { bytes, byteCount, etag, contentType, modifiedAt } = object;
  const facts = {
    'content-type': contentType,
    etag,
    'last-modified': new Date(modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (bytes.length < byteCount)
    return { status: 200, headers: { ...facts, 'content-length': String(byteCount) }, body: '' };
  if (range === undefined) return { status: 200, headers: facts, body: bytes };
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const start = from === '' ? Math.max(0, bytes.length - Number(to)) : Number(from);
  const end = Math.min(bytes.length - 1, from === '' || to === '' ? Infinity : Number(to));
  if (start > end) return s3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  const contentRange = `bytes ${start}-${end}/${bytes.length}`;
  return { status: 206, headers: { ...facts, 'content-range': contentRange }, body: bytes.subarray(start, end + 1) };
}

/** ListObjectsV2 without delimiters: keys in the order of their bytes, at most 1,000 at a time. */
export function listObjects(
  bucket: string,
  objects: StoredObjects,
  query: URLSearchParams,
  longest?: number,
): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const limit = limitOf(query.get('max-keys'), longest);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  // One more than asked for tells whether there is a next page.
  const found = objects.keysAfter(after, prefix, limit + 1);
  const page = found.slice(0, limit);
  const isTruncated = found.length > page.length;
  const next = Buffer.from(page.at(-1) ?? '').toString('base64url');
  const contents = page.map((key) => {
    const { byteCount = 0, etag = '', modifiedAt = 0 } = objects.get(key) ?? {};
    const modified = new Date(modifiedAt).toISOString();
    const facts = [
      element('Key', key),
      element('LastModified', modified),
      element('ETag', etag),
      element('Size', byteCount),
    ];
    return `<Contents>${facts.join('')}</Contents>`;
  });
  return xmlAnswer(
    'ListBucketResult',
    [
      element('Name', bucket),
      element('Prefix', prefix),
      element('MaxKeys', limit),
      element('KeyCount', page.length),
      element('IsTruncated', isTruncated),
      isTruncated ? element('NextContinuationToken', next) : '',
      ...contents,
    ].join(''),
  );
}

/** DeleteObjects: a checksum of the request is a must, and keys may fail one by one within a success. */
export function deleteObjects(
  objects: StoredObjects,
  { body, headers }: S3Request,
  failsEveryOther: boolean,
): S3Answer {
  const md5 = headers['content-md5'];
  const crc = headers['x-amz-checksum-crc32'];
  if (md5 === undefined && crc === undefined) {
    return s3Error(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { bytes } = body;
  const isRight =
    (md5 === undefined || md5 === body.md5.toString('base64')) && (crc === undefined || crc === crc32Of(bytes));
  if (!isRight) return s3Error(400, 'BadDigest', 'The checksum you specified did not match what we received.');
  const text = bytes.toString('utf8');
  const keys = elementsIn(text, 'Key');
  if (keys.length === 0 || keys.length > LONGEST_LIST) return s3Error(400, 'MalformedXML', 'Send 1 to 1000 keys.');
  const isQuiet = elementsIn(text, 'Quiet')[0] === 'true';
  const results = keys.map((key, index) => {
    if (failsEveryOther && index % 2 === 1) {
      const facts = [element('Key', key), element('Code', 'InternalError'), element('Message', 'Please try again.')];
      return `<Error>${facts.join('')}</Error>`;
    }
    objects.delete(key);
    return isQuiet ? '' : `<Deleted>${element('Key', key)}</Deleted>`;
  });
  return xmlAnswer('DeleteResult', results.join(''));
}

/** As asked for, but no more than the longest list: 1,000 without it. */
export function limitOf(asked: string | null, longest = LONGEST_LIST): number {
  return Math.min(longest, asked === null ? LONGEST_LIST : Math.max(0, Math.trunc(Number(asked)) || 0));
}

function crc32Of(bytes: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString('base64');
}
