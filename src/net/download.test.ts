import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { createDownloader, DownloadRefusedError } from './download.ts';
import { HttpFailure } from './http-client.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('createDownloader', () => {
  const content = randomBytes(300_000);
  const folder = createScratchFolder('download');
  const path = join(folder, 'file.mp4');
  const downloader = createDownloader({ allowPrivate: true });
  const { signal } = new AbortController();
  /** One for each request, the last one for all that follow. */
  let answers: Answer[] = [];
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
  });
  let url = '';
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mp4`;
  });
  after(async () => {
    await downloader.close();
    server.close();
  });

  const download = (given: readonly Answer[], largestBytes = 1_000_000) => {
    answers = [...given];
    ranges.length = 0;
    return downloader.download(url, { path, largestBytes, signal });
  };
  /** Sends the file from where it is asked for, and breaks off after so many bytes. */
  const serve =
    (options: { readonly cutAfter?: number; readonly etag?: string; readonly file?: Buffer } = {}): Answer =>
    (request, response) => {
      const { cutAfter, etag, file = content } = options;
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const isSame = from > 0 && request.headers['if-range'] === etag;
      const body = isSame ? file.subarray(from) : file;
      response.writeHead(isSame ? 206 : 200, {
        'content-length': body.length,
        ...(etag !== undefined && { etag }),
        ...(isSame && { 'content-range': `bytes ${from}-${file.length - 1}/${file.length}` }),
      });
      if (cutAfter === undefined) response.end(body);
      // A little later, so that the client has read it.
      else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 30));
    };
  const failsAs = (fact: HttpFailure['fact']) => (error: unknown) => {
    assert.ok(error instanceof HttpFailure, String(error));
    assert.equal(error.fact, fact);
    return true;
  };

  it('brings a file whole', async () => {
    assert.deepEqual(await download([serve()]), { bytes: content.length });
    assert.deepEqual(await readFile(path), content);
  });

  it('goes on where a connection broke, as long as each brings something', async () => {
    const cut = serve({ cutAfter: 50_000, etag: '"v1"' });
    await download([cut, cut, cut, cut, serve({ etag: '"v1"' })]);
    assert.deepEqual(await readFile(path), content);
    assert.equal(ranges[0], undefined);
    // What is still on its way when a connection ends may be lost with it.
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
    assert.ok(starts.length === 4 && starts.every((start, index) => start <= 50_000 * (index + 1)), ranges.join());
    assert.ok(starts.some((start) => start > 0));
  });

  it('begins anew when the file has changed, or when nobody could tell', async () => {
    const other = randomBytes(100_000);
    await download([serve({ cutAfter: 50_000, etag: '"v1"' }), serve({ file: other, etag: '"v2"' })]);
    assert.deepEqual(await readFile(path), other);
    await download([serve({ cutAfter: 50_000 }), serve({ file: other })]);
    assert.deepEqual(await readFile(path), other);
    assert.deepEqual(ranges, [undefined, undefined]);
  });

  it('gives up when nothing comes any more', async () => {
    await assert.rejects(download([(_request, response) => response.destroy()]), failsAs('connection_lost'));
    assert.equal(ranges.length, 5);
  });

  it('refuses what is too large, however it is told', async () => {
    await assert.rejects(download([serve()], content.length - 1), failsAs('response_too_large'));
  });

  it('follows no redirect, and tells a refusal by its status', async () => {
    for (const status of [302, 403, 404, 416, 500]) {
      const refuse: Answer = (_request, response) => {
        response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end('no');
      };
      await assert.rejects(download([refuse]), (error) => {
        assert.ok(error instanceof DownloadRefusedError, String(error));
        assert.equal(error.status, status);
        return true;
      });
      assert.equal(ranges.length, 1);
    }
  });

  it('takes no piece for another one', async () => {
    const wrong: Answer = (_request, response) => {
      const range = { 'content-range': 'bytes 7-9/300000', 'content-length': '3' };
      response.writeHead(206, range).end('abc');
    };
    await assert.rejects(download([serve({ cutAfter: 50_000, etag: '"v1"' }), wrong]), failsAs('response_malformed'));
  });

  it('is called off by its signal', async () => {
    const abort = new AbortController();
    answers = [(_request, response) => response.writeHead(200).write('x', () => abort.abort())];
    await assert.rejects(
      downloader.download(url, { path, largestBytes: 10, signal: abort.signal }),
      failsAs('aborted'),
    );
  });

  it('asks nobody inside the network when it may not', async () => {
    const guarded = createDownloader({ allowPrivate: false });
    for (const inside of ['http://example.com/a.mp4', 'https://127.0.0.1/a.mp4', 'https://metadata.internal/a', 'x']) {
      await assert.rejects(guarded.download(inside, { path, largestBytes: 10, signal }), failsAs('request_invalid'));
    }
    await guarded.close();
  });
});
