import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { startTestServer } from './test-server.ts';
import type { FinishedVideo, TestServer } from './test-server.ts';

/** What the file routes promise, wherever the files lie. `open` gives an empty store. */
export function fileRouteContract(
  name: string,
  open: (context: { after(work: () => unknown): void }) => Promise<ObjectStore>,
): void {
  let server: TestServer;
  let video: FinishedVideo;
  let mp4: Uint8Array;
  before(async (context) => {
    const objects = await open(context as never);
    server = await startTestServer(context as never, { objects });
    video = await server.addFinishedVideo();
    mp4 = video.files['mp4']!;
  });

  function get(headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return server.request(`/videos/${video.id}.mp4`, { headers, method });
  }

  test(`${name}: each file has its media type, its length and a strong entity tag`, async () => {
    const types: Readonly<Record<string, string>> = {
      mp4: 'video/mp4',
      srt: 'application/x-subrip; charset=utf-8',
      vtt: 'text/vtt; charset=utf-8',
      wav: 'audio/wav',
      png: 'image/png',
    };
    for (const [extension, type] of Object.entries(types)) {
      const response = await server.request(`/videos/${video.id}.${extension}`);
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(Number(response.headers.get('content-length')), video.files[extension]!.length);
      assert.match(response.headers.get('etag') ?? '', /^"[0-9a-f]{64}"$/);
      assert.match(response.headers.get('cache-control') ?? '', /^private/);
      assert.equal(response.headers.get('accept-ranges'), 'bytes');
      assert.equal(response.headers.get('content-disposition'), `inline; filename="${video.id}.${extension}"`);
      assert.deepEqual(await bytesOf(response), video.files[extension]);
    }
  });

  test(`${name}: ?download=1 saves instead of showing, and nothing else is taken`, async () => {
    const response = await server.request(`/videos/${video.id}.mp4?download=1`);
    assert.equal(response.headers.get('content-disposition'), `attachment; filename="${video.id}.mp4"`);
    await response.arrayBuffer();
    assert.equal((await server.request(`/videos/${video.id}.mp4?download=yes`)).status, 422);
  });

  test(`${name}: a range is that slice of the file, for every range`, async () => {
    const position = fc.nat(mp4.length - 1);
    const range = fc.oneof(
      fc.tuple(position, position).map(([a, b]) => ({
        header: `${Math.min(a, b)}-${Math.max(a, b)}`,
        start: Math.min(a, b),
        end: Math.max(a, b),
      })),
      position.map((start) => ({ header: `${start}-`, start, end: mp4.length - 1 })),
      fc
        .integer({ min: 1, max: mp4.length })
        .map((count) => ({ header: `-${count}`, start: mp4.length - count, end: mp4.length - 1 })),
      position.map((start) => ({ header: `${start}-${mp4.length + 50}`, start, end: mp4.length - 1 })),
    );
    await fc.assert(
      fc.asyncProperty(range, async ({ header, start, end }) => {
        const response = await get({ range: `bytes=${header}` });
        assert.equal(response.status, 206);
        assert.equal(response.headers.get('content-range'), `bytes ${start}-${end}/${mp4.length}`);
        assert.equal(Number(response.headers.get('content-length')), end - start + 1);
        assert.ok(Buffer.from(mp4.subarray(start, end + 1)).equals(await bytesOf(response)));
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: a range past the end is 416 and tells the size`, async () => {
    for (const header of [`bytes=${mp4.length}-`, `bytes=${mp4.length + 5}-${mp4.length + 9}`, 'bytes=-0']) {
      const response = await get({ range: header });
      assert.equal(response.status, 416, header);
      assert.equal(response.headers.get('content-range'), `bytes */${mp4.length}`);
      assert.equal(((await response.json()) as { code: string }).code, 'range_not_satisfiable');
    }
  });

  test(`${name}: what is no single range of bytes gets the whole file`, async () => {
    for (const header of ['bytes=0-1,5-9', 'pages=1-2', 'bytes', 'bytes=', 'bytes=b-a', 'bytes=9-2']) {
      const response = await get({ range: header });
      assert.equal(response.status === 200 || response.status === 416, true, `${header}: ${response.status}`);
      if (response.status === 200) assert.equal((await bytesOf(response)).length, mp4.length, header);
    }
  });

  test(`${name}: If-Range gives the range of the same file and the whole of any other`, async () => {
    const etag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
    assert.equal((await get({ range: 'bytes=0-9', 'if-range': etag })).status, 206);
    for (const stale of ['"other"', `W/${etag}`, new Date().toUTCString(), `${etag}, "x"`]) {
      const response = await get({ range: 'bytes=0-9', 'if-range': stale });
      assert.equal(response.status, 200, stale);
      assert.equal((await bytesOf(response)).length, mp4.length);
    }
  });

  test(`${name}: If-None-Match spares the file, If-Match insists on it`, async () => {
    const etag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
    for (const header of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      const response = await get({ 'if-none-match': header });
      assert.equal(response.status, 304, header);
      assert.equal(response.headers.get('etag'), etag);
      assert.equal((await bytesOf(response)).length, 0);
    }
    assert.equal((await get({ 'if-none-match': '"other"' })).status, 200);
    assert.equal((await get({ 'if-match': etag })).status, 200);
    assert.equal((await get({ 'if-match': '*' })).status, 200);
    assert.equal((await get({ 'if-match': '"other"' })).status, 412);
    assert.equal((await get({ 'if-none-match': etag, range: 'bytes=0-5' })).status, 304);
  });

  test(`${name}: HEAD answers like GET, without the bytes, and ignores ranges`, async () => {
    const response = await get({ range: 'bytes=0-5' }, 'HEAD');
    assert.equal(response.status, 200);
    assert.equal(Number(response.headers.get('content-length')), mp4.length);
    assert.equal((await bytesOf(response)).length, 0);
  });
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}
