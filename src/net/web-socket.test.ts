import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer, type WebSocket } from 'ws';
import { openWebSocket, WebSocketError, type WebSocketFailure, type WebSocketOptions } from './web-socket.ts';

const OPTIONS = { connectionTimeoutSeconds: 5, idleTimeoutSeconds: 5 };

function open(port: number, options: Partial<WebSocketOptions> = {}): ReturnType<typeof openWebSocket> {
  return openWebSocket(new URL(`ws://127.0.0.1:${port}/`), {
    signal: new AbortController().signal,
    ...OPTIONS,
    ...options,
  });
}

async function withWebSockets(
  serve: (socket: WebSocket) => void,
  work: (port: number) => Promise<void>,
): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 65_536 });
  server.on('connection', serve);
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function withSockets(serve: (socket: Socket) => void, work: (port: number) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function failureOf(work: Promise<unknown>): Promise<WebSocketFailure> {
  try {
    await work;
  } catch (thrown) {
    assert.ok(thrown instanceof WebSocketError, String(thrown));
    return thrown.failure;
  }
  return assert.fail('must throw');
}

async function drain(port: number, options: Partial<WebSocketOptions> = {}): Promise<readonly string[]> {
  const connection = await open(port, options);
  const received: string[] = [];
  try {
    for await (const message of connection.messages()) {
      received.push(message.kind === 'text' ? message.text : `${message.bytes.length} bytes`);
    }
    received.push(`${connection.closure?.code} ${connection.closure?.reason}`);
  } finally {
    await connection.terminate();
  }
  return received;
}

test('messages come in order, and then the reason of the close', async () => {
  const serve = (socket: WebSocket): void => {
    socket.on('message', (data) =>
      socket.send(`you said ${(data as Buffer).toString()}`, () => socket.close(1013, 'later')),
    );
  };
  await withWebSockets(serve, async (port) => {
    const connection = await open(port);
    connection.send('hello');
    const texts: unknown[] = [];
    for await (const message of connection.messages()) texts.push(message);
    assert.deepEqual(texts, [{ kind: 'text', text: 'you said hello' }]);
    assert.deepEqual(connection.closure, { code: 1013, reason: 'later' });
    await connection.close();
  });
});

test('what was sent before a loss is read before the loss is told', async () => {
  const serve = (socket: WebSocket): void =>
    socket.send(new Uint8Array(10), () => setImmediate(() => socket.terminate()));
  await withWebSockets(serve, async (port) => {
    const connection = await open(port);
    let count = 0;
    const failure = await failureOf(
      (async () => {
        for await (const _message of connection.messages()) count++;
      })(),
    );
    assert.equal(count, 1);
    assert.equal(failure.kind, 'lost');
    await connection.close();
  });
});

test('a refusal is told with its status, its waiting time, or the code of the system', async () => {
  const answer = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n';
  let freePort = 0;
  await withSockets(
    (socket) => socket.end(answer),
    async (port) => {
      freePort = port;
      const expected = { kind: 'refused', status: 503, retryAfterSeconds: 7, systemCode: undefined };
      assert.deepEqual(await failureOf(open(port)), expected);
    },
  );
  const failure = await failureOf(open(freePort));
  assert.deepEqual(failure, {
    kind: 'refused',
    status: undefined,
    retryAfterSeconds: undefined,
    systemCode: 'ECONNREFUSED',
  });
});

test('a handshake that never comes, or comes letter by letter, ends at its deadline', async () => {
  const dripping = (socket: Socket): void => {
    const timer = setInterval(() => socket.write('H'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  for (const serve of [(): void => {}, dripping]) {
    await withSockets(serve, async (port) => {
      const failure = await failureOf(open(port, { connectionTimeoutSeconds: 0.1 }));
      assert.match(failure.kind, /connect_timed_out|unreadable/);
    });
  }
});

test('an answer that is not HTTP, and a handshake with wrong headers, are unreadable', async () => {
  const answers = [
    'SSH-2.0-OpenSSH_9.6\r\n\r\n',
    'HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ];
  for (const answer of answers) {
    await withSockets(
      (socket) => socket.once('data', () => socket.write(answer)),
      async (port) => assert.equal((await failureOf(open(port))).kind, 'unreadable'),
    );
  }
});

test('a message larger than the bound, or in too many pieces, ends the connection', async () => {
  const large = (socket: WebSocket): void => socket.send(new Uint8Array(2000));
  await withWebSockets(large, async (port) => {
    const failure = await failureOf(drain(port, { maximumMessageBytes: 1000 }));
    assert.deepEqual(failure, { kind: 'unreadable', detail: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
  });
  const pieces = (socket: WebSocket): void => {
    for (let index = 0; index < 100; index++) socket.send('x', { fin: false });
  };
  await withWebSockets(pieces, async (port) => assert.equal((await failureOf(drain(port))).kind, 'unreadable'));
});

test('messages that do not count do not keep a connection alive; those that count do', async () => {
  const chatter = (socket: WebSocket): void => {
    const timer = setInterval(() => socket.send('still here'), 20);
    socket.on('close', () => clearInterval(timer));
  };
  await withWebSockets(chatter, async (port) => {
    const failure = await failureOf(
      drain(port, { idleTimeoutSeconds: 0.15, isActivity: ({ kind }) => kind === 'binary' }),
    );
    assert.deepEqual(failure, { kind: 'idle_timed_out', seconds: 0.15 });
  });
});

test('an abort ends the opening and the reading with its reason', async () => {
  await withSockets(
    () => {},
    async (port) => {
      const controller = new AbortController();
      const opening = open(port, { signal: controller.signal });
      controller.abort(new Error('enough'));
      await assert.rejects(opening, /enough/);
    },
  );
  await withWebSockets(
    () => {},
    async (port) => {
      const controller = new AbortController();
      const reading = drain(port, { signal: controller.signal });
      setImmediate(() => setImmediate(() => controller.abort(new Error('enough'))));
      await assert.rejects(reading, /enough/);
      await assert.rejects(open(port, { signal: AbortSignal.abort(new Error('before')) }), /before/);
    },
  );
});

test('a fast peer waits for a slow reader, so the memory stays bounded', async () => {
  let sentBytes = 0;
  const flood = (socket: WebSocket): void => {
    const bytes = new Uint8Array(60_000);
    const next = (error?: Error): void => {
      if (error !== undefined && error !== null) return;
      sentBytes += bytes.length;
      setImmediate(() => socket.send(bytes, next));
    };
    socket.send(bytes, next);
  };
  await withWebSockets(flood, async (port) => {
    const connection = await open(port);
    let previous = -1;
    // Until nothing more is sent for a while: the peer is held back by TCP.
    for (let still = 0; still < 200; still = sentBytes === previous ? still + 1 : 0) {
      previous = sentBytes;
      await new Promise(setImmediate);
      assert.ok(sentBytes < 100_000_000, 'the peer is never held back');
    }
    const whenHeld = sentBytes;
    let count = 0;
    for await (const message of connection.messages()) {
      assert.equal(message.kind, 'binary');
      if (++count * 60_000 > whenHeld + 5_000_000) break;
    }
    assert.ok(sentBytes > whenHeld);
    await connection.terminate();
  });
});

test('a polite close does not wait for a peer that goes on talking or never answers', async () => {
  await withWebSockets(
    (socket) => socket.pause(),
    async (port) => {
      const connection = await open(port);
      await connection.close();
      assert.ok(connection.closure !== undefined);
    },
  );
});
