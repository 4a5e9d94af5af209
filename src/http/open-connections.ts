import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A running download may finish within this; then the server goes without it, and the client resumes with a range. */
const GRACE_MILLISECONDS = 5000;

/**
 * Lets a closing server end. Node waits for connections that a client has opened and not used yet (browsers open some
 * ahead), for as long as a request may take to arrive. Call the returned function when closing begins: connections
 * without a request are cut at once, the others when they have been answered, and all after five seconds.
 */
export function trackConnections(server: Server): () => void {
  const waiting = new Map<Socket, number>();
  let closing = false;

  server.on('connection', (socket: Socket) => {
    waiting.set(socket, 0);
    socket.on('close', () => waiting.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
    response.on('close', () => {
      const left = (waiting.get(socket) ?? 1) - 1;
      if (!socket.destroyed) waiting.set(socket, left);
      if (closing && left === 0) socket.end();
    });
  });

  return () => {
    closing = true;
    for (const [socket, requests] of waiting) if (requests === 0) socket.destroy();
    const cut = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
    server.once('close', () => clearTimeout(cut));
  };
}
