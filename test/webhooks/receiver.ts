import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string; readonly path: string };
export type Behaviour = (response: ServerResponse, request: Received) => void;

export const answers =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** A real receiver on this machine. It behaves as told, call after call; the last behaviour stays. */
export async function startReceiver(...behaviours: readonly Behaviour[]) {
  const received: Received[] = [];
  let open = 0;
  let mostOpen = 0;
  const server = createServer((request, response) => {
    let body = '';
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.on('close', () => {
      open -= 1;
    });
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request
      .on('error', () => {})
      .on('end', () => {
        const entry = { headers: request.headers, body, path: request.url ?? '' };
        received.push(entry);
        behaviours[Math.min(received.length, behaviours.length) - 1]?.(response, entry);
      });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received,
    mostOpen: () => mostOpen,
    open: () => open,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
