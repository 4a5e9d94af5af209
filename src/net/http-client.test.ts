import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import { createHttpClient, HttpFailure } from './http-client.ts';
import type { HttpFact, HttpLimits, HttpRequest } from './http-client.ts';

const LIMITS: HttpLimits = {
  connectSeconds: 30,
  headersSeconds: 600,
  bodyGapSeconds: 600,
  totalSeconds: 600,
  responseBytes: 1000,
};
/** A request that nothing ends would keep a test waiting for ever. */
const GUARD = { timeout: 30_000 };
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A server that says exactly these bytes to every connection once a request has begun. */
async function rawServer(speak: (socket: Socket) => void): Promise<{ url: string; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.once('data', () => speak(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

function client(changes: Partial<HttpLimits> = {}) {
  const created = createHttpClient({ ...LIMITS, ...changes });
  cleanups.push(() => created.close());
  return created;
}

function request(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'POST', url, headers: {}, body: 'hello', signal: new AbortController().signal, ...changes };
}

async function assertFact(work: Promise<unknown>, fact: HttpFact): Promise<void> {
  await assert.rejects(work, (thrown) => {
    assert.ok(thrown instanceof HttpFailure, String(thrown));
    assert.equal(thrown.fact, fact, thrown.message);
    return true;
  });
}

test('an answer comes with its status, headers and bytes, and a redirect is an answer like any other', async () => {
  const { url } = await rawServer((socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: /else\r\nX-Two: a\r\nX-Two: b\r\nContent-Length: 3\r\n\r\nabc'),
  );
  const { status, headers, bytes } = await client().send(request(url));
  assert.equal(status, 302);
  assert.equal(headers['location'], '/else');
  assert.equal(headers['x-two'], 'a, b');
  assert.equal(Buffer.from(bytes).toString(), 'abc');
});

test('the request arrives once, as it was given, even when the server hangs up on it', async () => {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.once('data', (bytes) => {
      heard.push(bytes.toString());
      socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/b?c=d%20e`;
  await assertFact(client().send(request(url, { headers: { 'x-key': 'abc' } })), 'connection_lost');
  assert.equal(heard.length, 1);
  assert.match(heard[0] ?? '', /^POST \/a\/b\?c=d%20e HTTP\/1\.1\r\n/);
  assert.match(heard[0] ?? '', /\r\nx-key: abc\r\n/);
});

test('each way to get no answer is its own fact', GUARD, async () => {
  const closed = await rawServer(() => undefined);
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await assertFact(client().send(request(closed.url)), 'connect_failed');

  const silent = await rawServer(() => undefined);
  await assertFact(client({ headersSeconds: 0.05 }).send(request(silent.url)), 'headers_timeout');
  await assertFact(client({ totalSeconds: 0.05 }).send(request(silent.url)), 'deadline');

  const stuck = await rawServer((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'));
  await assertFact(client({ bodyGapSeconds: 0.05 }).send(request(stuck.url)), 'body_timeout');
  await assertFact(client({ totalSeconds: 0.05 }).send(request(stuck.url)), 'deadline');

  const cut = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'));
  await assertFact(client().send(request(cut.url)), 'connection_lost');
  const cutChunks = await rawServer((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
  );
  await assertFact(client().send(request(cutChunks.url)), 'connection_lost');

  const noise = await rawServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
  await assertFact(client().send(request(noise.url)), 'response_malformed');
});

test('an answer over the limit is refused, with a length or without', async () => {
  const body = 'x'.repeat(1001);
  const sized = await rawServer((socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n${body}`));
  await assertFact(client().send(request(sized.url)), 'response_too_large');
  const chunked = await rawServer((socket) =>
    socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n${body}\r\n0\r\n\r\n`),
  );
  await assertFact(client().send(request(chunked.url)), 'response_too_large');
});

test('an abort ends the request in each phase and leaves no connection behind', GUARD, async () => {
  const aborted = AbortSignal.abort();
  await assertFact(client().send(request('http://127.0.0.1:1', { signal: aborted })), 'aborted');
  const answers = ['', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'];
  for (const answer of answers) {
    const controller = new AbortController();
    const { url, sockets } = await rawServer((socket) => {
      socket.write(answer);
      setImmediate(() => controller.abort());
    });
    await assertFact(client().send(request(url, { signal: controller.signal })), 'aborted');
    for (const socket of sockets) await new Promise((resolve) => socket.once('close', resolve));
    assert.equal(sockets.size, 0);
  }
});

test('a closed client fails what is under way', async () => {
  const silent = await rawServer(() => undefined);
  const closing = client();
  const work = closing.send(request(silent.url));
  setImmediate(() => void closing.close());
  await assertFact(work, 'client_closed');
  await assertFact(closing.send(request(silent.url)), 'client_closed');
});

test('a failure never quotes a header or an address', async () => {
  const secret = 'key-with\nline-break';
  const failures = [
    client().send(request('http://127.0.0.1:1/secret-path', { headers: { 'x-key': secret } })),
    client().send(request('ftp://secret.example')),
    client().send(request('not an address: secret')),
  ];
  for (const work of failures) {
    const thrown = (await work.then(
      () => assert.fail('it must fail'),
      (error: unknown) => error,
    )) as HttpFailure;
    assert.equal(thrown.fact, 'request_invalid');
    assert.doesNotMatch(`${thrown.message} ${String(thrown.cause)} ${thrown.stack}`, /secret|key-with/);
  }
});
