import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createConnectionPool } from './connection-pool.ts';

/** One message of PostgreSQL's protocol, https://www.postgresql.org/docs/current/protocol-message-formats.html. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

test('a server that shuts down right after it was ready fails the next statement, and not the process', async () => {
  const isReady = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
  const shutsDown = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(Buffer.concat([isReady, shutsDown])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const pool = createConnectionPool({
    client: { host: '127.0.0.1', port, user: 'ada', database: 'ada', ssl: false },
    maximumConnections: 1,
    onIdleFault() {},
  });
  try {
    const client = await pool.connect();
    await assert.rejects(client.query('SELECT 1'));
    client.release(true);
  } finally {
    server.close();
    await pool.end();
  }
});
