import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import * as fc from 'fast-check';
import { systemClock } from '../core/clock.ts';
import { startS3Simulator } from './s3.ts';

// The vendor's own client judges the simulator, and so does a server that nobody here wrote: both must answer alike.
type Closing = { after(work: () => unknown): void };

const ACCOUNT = { accessKey: 'simulated-access', secretKey: 'simulated-secret', region: 'eu-central-1' };
const Bucket = 'ai-videos';
const PART_BYTES = 5 * 1024 ** 2;

function openClient(context: Closing, endpoint: string, settings: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    endpoint,
    region: ACCOUNT.region,
    credentials: { accessKeyId: ACCOUNT.accessKey, secretAccessKey: ACCOUNT.secretKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    ...settings,
  });
  context.after(() => client.destroy());
  return client;
}

async function startSimulator(context: Closing, clock = systemClock) {
  const simulator = await startS3Simulator({ ...ACCOUNT, bucket: Bucket, clock });
  context.after(() => simulator.close());
  return { simulator, client: openClient(context, simulator.url) };
}

async function startOther(context: Closing): Promise<{ readonly client: S3Client }> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', defaultRegion: ACCOUNT.region });
  context.after(() => server.stop());
  server.createBucket(Bucket);
  return { client: openClient(context, `http://127.0.0.1:${server.port}`) };
}

async function put(client: S3Client, Key: string, Body: Uint8Array | string = 'x'): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'audio/wav' }));
}

/** Every key below the prefix, and how many each page had. */
async function listAll(client: S3Client, Prefix: string, MaxKeys: number) {
  const keys: string[] = [];
  const pages: number[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys, ContinuationToken }));
    const found = (page.Contents ?? []).map(({ Key = '' }) => Key);
    keys.push(...found);
    pages.push(found.length);
    assert.equal(page.KeyCount, found.length);
    assert.equal(page.IsTruncated === true, page.NextContinuationToken !== undefined);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return { keys, pages };
}

function failsWith(name: string, status: number) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof S3ServiceException, String(error));
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
    return true;
  };
}

for (const [name, start] of [
  ['the simulator', startSimulator],
  ['the server of others', startOther],
] as const) {
  test(`${name}: an object has its facts, and a range is its slice`, async (context) => {
    const { client } = await start(context);
    const bytes = randomBytes(1000);
    await put(client, 'audio/a.wav', bytes);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'audio/a.wav' }));
    assert.deepEqual([head.ContentLength, head.ContentType], [1000, 'audio/wav']);
    assert.match(head.ETag ?? '', /^"[0-9a-f]{32}"$/);
    for (const [Range, slice, contentRange] of [
      ['bytes=10-19', bytes.subarray(10, 20), 'bytes 10-19/1000'],
      ['bytes=990-', bytes.subarray(990), 'bytes 990-999/1000'],
      ['bytes=-5', bytes.subarray(995), 'bytes 995-999/1000'],
      ['bytes=900-5000', bytes.subarray(900), 'bytes 900-999/1000'],
    ] as const) {
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 'audio/a.wav', Range }));
      assert.equal(got.ContentRange, contentRange);
      assert.ok(slice.equals(Buffer.from(await got.Body!.transformToByteArray())), Range);
    }
    const past = client.send(new GetObjectCommand({ Bucket, Key: 'audio/a.wav', Range: 'bytes=1000-' }));
    await assert.rejects(past, failsWith('InvalidRange', 416));
  });

  test(`${name}: what is not there has the error of S3, and deleting it is fine`, async (context) => {
    const { client } = await start(context);
    const none = { Bucket, Key: 'none' };
    await assert.rejects(client.send(new GetObjectCommand(none)), failsWith('NoSuchKey', 404));
    await assert.rejects(client.send(new HeadObjectCommand(none)), failsWith('NotFound', 404));
    await client.send(new DeleteObjectCommand(none));
    const elsewhere = new GetObjectCommand({ Bucket: 'another-bucket', Key: 'none' });
    await assert.rejects(client.send(elsewhere), failsWith('NoSuchBucket', 404));
  });

  test(`${name}: a list has every key once, in order, a page at a time`, async (context) => {
    const { client } = await start(context);
    const keys = Array.from(
      { length: 23 },
      (_, index) => `audio/${String((index * 7) % 23).padStart(3, '0')} &<é>.wav`,
    );
    for (const key of [...keys, 'videos/other']) await put(client, key);
    const { keys: listed, pages } = await listAll(client, 'audio/', 5);
    assert.deepEqual(listed, keys.toSorted());
    assert.deepEqual(pages, [5, 5, 5, 5, 3]);
    assert.deepEqual(await listAll(client, 'none/', 5), { keys: [], pages: [0] });
  });

  test(`${name}: many are deleted at once`, async (context) => {
    const { client } = await start(context);
    for (const key of ['a&b', 'c', 'd']) await put(client, key);
    const Objects = ['a&b', 'c', 'none'].map((Key) => ({ Key }));
    const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    assert.deepEqual(
      answer.Deleted?.map(({ Key }) => Key),
      ['a&b', 'c', 'none'],
    );
    assert.equal(answer.Errors, undefined);
    assert.deepEqual((await listAll(client, '', 1000)).keys, ['d']);
  });

  test(`${name}: an upload in parts is listed until it is completed or aborted`, async (context) => {
    const { client } = await start(context);
    const begin = async (Key: string) => {
      const { UploadId } = await client.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'video/mp4' }),
      );
      return { Bucket, Key, UploadId };
    };
    // The server of others lists none.
    const listed = async (expected: readonly string[]) => {
      if (name !== 'the simulator') return;
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      assert.deepEqual(
        Uploads.map(({ Key }) => Key),
        expected,
      );
    };
    const [whole, left] = [await begin('videos/whole'), await begin('videos/left')];
    await listed(['videos/whole', 'videos/left']);
    const bytes = [randomBytes(PART_BYTES), randomBytes(10)];
    const Parts = [];
    for (const [index, Body] of bytes.entries()) {
      const { ETag } = await client.send(new UploadPartCommand({ ...whole, PartNumber: index + 1, Body }));
      Parts.push({ PartNumber: index + 1, ETag });
    }
    const complete = (parts: object[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...whole, MultipartUpload: { Parts: parts } }));
    await assert.rejects(complete(Parts.toReversed()), failsWith('InvalidPartOrder', 400));
    await assert.rejects(complete([{ PartNumber: 1, ETag: '"wrong"' }]), failsWith('InvalidPart', 400));
    assert.match((await complete(Parts)).ETag ?? '', /^"[0-9a-f]{32}-2"$/);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'videos/whole' }));
    assert.equal(got.ContentType, 'video/mp4');
    assert.ok(Buffer.concat(bytes).equals(Buffer.from(await got.Body!.transformToByteArray())));
    await client.send(new AbortMultipartUploadCommand(left));
    await listed([]);
    const late = client.send(new UploadPartCommand({ ...left, PartNumber: 1, Body: 'late' }));
    await assert.rejects(late, failsWith('NoSuchUpload', 404));
  });

  test(`${name}: parts but the last may not be small`, async (context) => {
    const { client } = await start(context);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
    const upload = { Bucket, Key: 'k', UploadId };
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: 'small' }));
      Parts.push({ PartNumber, ETag });
    }
    const complete = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
    await assert.rejects(client.send(complete), failsWith('EntityTooSmall', 400));
  });
}

test('a signature holds for any key and any bytes, and for nothing that was changed', async (context) => {
  const { client, simulator } = await startSimulator(context);
  const key = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((text) => !/^[./]|\/\.|\/$|\/\//.test(text));
  await fc.assert(
    fc.asyncProperty(key, fc.uint8Array({ maxLength: 50 }), async (Key, Body) => {
      await put(client, `audio/${Key}`, Body);
      assert.deepEqual(simulator.objects.get(`audio/${Key}`)?.bytes, Buffer.from(Body));
    }),
    { numRuns: 100 },
  );
  await put(client, 'audio/signed', 'right');
  const { headers = {}, target = '' } = simulator.requests.at(-1) ?? {};
  const send = (path: string, body: string, changed: Record<string, string> = {}) => {
    // Those that fetch sends by itself; given again, they would be there twice.
    const { 'content-length': _length, connection: _connection, host: _host, ...kept } = headers;
    return fetch(`${simulator.url}${path}`, { method: 'PUT', body, headers: { ...kept, ...changed } });
  };
  const codeOf = async (response: Response) => /<Code>(\w+)/.exec(await response.text())?.[1];
  assert.equal(await codeOf(await send(target, 'right')), undefined);
  assert.equal(await codeOf(await send(target, 'wrong')), 'XAmzContentSHA256Mismatch');
  assert.equal(await codeOf(await send(target.replace('signed', 'other'), 'right')), 'SignatureDoesNotMatch');
  assert.equal(await codeOf(await send(target, 'right', { 'x-amz-date': '20200101T000000Z' })), 'RequestTimeTooSkewed');
  assert.equal(await codeOf(await send(target, 'right', { authorization: 'none' })), 'AccessDenied');
});

test('a clock that is off is refused, and the SDK then corrects its own', async (context) => {
  const clock = { now: () => Date.now() + 3_600_000 };
  const { simulator } = await startSimulator(context, clock);
  await assert.rejects(put(openClient(context, simulator.url), 'k'), failsWith('RequestTimeTooSkewed', 403));
  await put(openClient(context, simulator.url, { maxAttempts: 2 }), 'k');
});

test('a body in chunks with a trailer is refused, not stored as it came', async (context) => {
  const { client } = await startSimulator(context);
  const command = new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ContentEncoding: 'aws-chunked' });
  await assert.rejects(client.send(command), failsWith('NotImplemented', 501));
});

test('deletes may fail one by one within a success', async (context) => {
  const { client, simulator } = await startSimulator(context);
  for (const key of ['a', 'b', 'c', 'd']) await put(client, key);
  simulator.faults.set('delete-errors', { times: 1 });
  // Another request is not what the fault is about.
  await put(client, 'e');
  const Objects = ['a', 'b', 'c', 'd'].map((Key) => ({ Key }));
  const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [
      ['b', 'InternalError'],
      ['d', 'InternalError'],
    ],
  );
  assert.deepEqual([...simulator.objects.keys()], ['b', 'd', 'e']);
});

test('a list of uploads goes on after its last', async (context) => {
  const { client } = await startSimulator(context);
  for (const Key of ['a', 'b', 'c']) await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const first = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2 }));
  assert.equal(first.IsTruncated, true);
  const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = first;
  const second = await client.send(
    new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, KeyMarker, UploadIdMarker }),
  );
  assert.equal(second.IsTruncated, false);
  assert.deepEqual(
    [...first.Uploads!, ...second.Uploads!].map(({ Key }) => Key),
    ['a', 'b', 'c'],
  );
});

test('an answer may come late', async (context) => {
  const simulator = await startS3Simulator({ ...ACCOUNT, bucket: Bucket, clock: systemClock, slowSeconds: 0.01 });
  context.after(() => simulator.close());
  simulator.faults.set('slow-first-byte');
  await put(openClient(context, simulator.url), 'k');
  assert.equal(simulator.objects.size, 1);
});
