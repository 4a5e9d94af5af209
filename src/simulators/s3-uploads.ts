import { createHash } from 'node:crypto';
import { element, elementsIn, emptyAnswer, s3Error, xmlAnswer } from './s3-answers.ts';
import type { S3Answer, S3Request } from './s3-answers.ts';
import type { ReceivedBody } from './s3-body.ts';
import { limitOf } from './s3-objects.ts';
import type { StoredObjects } from './s3-stored-objects.ts';

type Upload = {
  readonly key: string;
  readonly contentType: string;
  readonly initiatedAt: number;
  readonly parts: Map<number, { readonly body: ReceivedBody; readonly etag: string }>;
};

const SMALLEST_PART_BYTES = 5 * 1024 ** 2;
const MOST_PARTS = 10_000;

/** The multipart uploads of a bucket that are neither completed nor aborted. */
export class S3Uploads {
  readonly #bucket: string;
  readonly #objects: StoredObjects;
  readonly #uploads = new Map<string, Upload>();
  readonly #longestList: number | undefined;
  #count = 0;

  constructor(bucket: string, objects: StoredObjects, longestList?: number) {
    this.#bucket = bucket;
    this.#longestList = longestList;
    this.#objects = objects;
  }

  create(key: string, { headers }: S3Request, now: number): S3Answer {
    const id = `simulated-upload-${String(++this.#count).padStart(6, '0')}`;
    const contentType = headers['content-type'] ?? 'binary/octet-stream';
    this.#uploads.set(id, { key, contentType, initiatedAt: now, parts: new Map() });
    const facts = [element('Bucket', this.#bucket), element('Key', key), element('UploadId', id)];
    return xmlAnswer('InitiateMultipartUploadResult', facts.join(''));
  }

  putPart(key: string, { query, body }: S3Request): S3Answer {
    const upload = this.#find(key, query);
    if (upload === undefined) return noSuchUpload();
    const number = Number(query.get('partNumber'));
    if (!(Number.isInteger(number) && number >= 1 && number <= MOST_PARTS)) {
      return s3Error(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
    }
    const etag = `"${body.md5.toString('hex')}"`;
    upload.parts.set(number, { body, etag });
    return emptyAnswer(200, { etag });
  }

  complete(key: string, { query, body }: S3Request, now: number): S3Answer {
    const upload = this.#find(key, query);
    if (upload === undefined) return noSuchUpload();
    const listed = elementsIn(body.bytes.toString('utf8'), 'Part').map((part) => ({
      number: Number(elementsIn(part, 'PartNumber')[0]),
      etag: elementsIn(part, 'ETag')[0],
    }));
    if (listed.length === 0) return s3Error(400, 'MalformedXML', 'The XML you provided was not well-formed.');
    if (listed.some(({ number }, index) => index > 0 && number <= (listed[index - 1]?.number ?? 0))) {
      return s3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const parts = listed.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      return part?.etag === etag ? part : undefined;
    });
    if (!parts.every((part) => part !== undefined)) {
      return s3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
    }
    if (parts.slice(0, -1).some((part) => part.body.byteCount < SMALLEST_PART_BYTES)) {
      return s3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    const sums = Buffer.concat(parts.map((part) => part.body.md5));
    const etag = `"${createHash('md5').update(sums).digest('hex')}-${parts.length}"`;
    const bytes = Buffer.concat(parts.map((part) => part.body.bytes));
    const byteCount = parts.reduce((sum, part) => sum + part.body.byteCount, 0);
    this.#objects.set(key, { bytes, byteCount, contentType: upload.contentType, etag, modifiedAt: now });
    this.#uploads.delete(query.get('uploadId') ?? '');
    const facts = [element('Bucket', this.#bucket), element('Key', key), element('ETag', etag)];
    return xmlAnswer('CompleteMultipartUploadResult', facts.join(''));
  }

  abort(key: string, query: URLSearchParams): S3Answer {
    if (this.#find(key, query) === undefined) return noSuchUpload();
    this.#uploads.delete(query.get('uploadId') ?? '');
    return emptyAnswer(204);
  }

  /** In the order in which they began, which is also that of their ids. */
  list(query: URLSearchParams): S3Answer {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('upload-id-marker') ?? '';
    const limit = limitOf(query.get('max-uploads'), this.#longestList);
    const found = [...this.#uploads].filter(([id, { key }]) => key.startsWith(prefix) && id > after);
    const page = found.slice(0, limit);
    const isTruncated = found.length > page.length;
    const [lastId, last] = page.at(-1) ?? [];
    const next = isTruncated && lastId !== undefined && last !== undefined;
    const uploads = page.map(([id, { key, initiatedAt }]) => {
      const initiated = element('Initiated', new Date(initiatedAt).toISOString());
      return `<Upload>${element('Key', key)}${element('UploadId', id)}${initiated}</Upload>`;
    });
    return xmlAnswer(
      'ListMultipartUploadsResult',
      [
        element('Bucket', this.#bucket),
        element('MaxUploads', limit),
        element('IsTruncated', isTruncated),
        next ? element('NextKeyMarker', last.key) + element('NextUploadIdMarker', lastId) : '',
        ...uploads,
      ].join(''),
    );
  }

  #find(key: string, query: URLSearchParams): Upload | undefined {
    const upload = this.#uploads.get(query.get('uploadId') ?? '');
    return upload?.key === key ? upload : undefined;
  }
}

export function noSuchUpload(): S3Answer {
  return s3Error(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
}
