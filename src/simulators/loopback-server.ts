import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '../core/errors.ts';

export type LoopbackServer = {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Ends every connection, those that became WebSockets included. */
  close(): Promise<void>;
};

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be used by this user',
};

/** Opens `server` on 127.0.0.1; on a free port without one. Throws AppError `port_unavailable`, which names the port. */
export async function listenOnLoopback(server: Server, port = 0): Promise<LoopbackServer> {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    const cause = CAUSES[error.code ?? ''] ?? `cannot be opened (${error.code ?? error.message})`;
    throw new AppError({
      code: 'port_unavailable',
      kind: 'unavailable',
      message: `Port ${port} ${cause}.`,
      cause: error,
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const connection of connections) connection.destroy();
      await closed.promise;
    },
  };
}
