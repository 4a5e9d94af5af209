import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { systemClock, type Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import type { RecordedRequest, Simulator, SimulatorVoice } from './simulator.ts';
import { OwnServer } from './vibevoice/own-server.ts';
import { DEFAULT_PRESET, PRESETS } from './vibevoice/presets.ts';
import { VIBEVOICE_SCENARIOS, type VibeVoiceScenario } from './vibevoice/scenarios.ts';
import { UpstreamServer } from './vibevoice/upstream-server.ts';
import { ClientLeft, Visit } from './vibevoice/visit.ts';

export type VibeVoiceSimulatorOptions = {
  readonly voice: SimulatorVoice;
  readonly port?: number;
  readonly clock?: Clock;
  /** Seconds from one frame to the next; 0, the default, is as fast as the client reads. The real model takes 0.13 or less. */
  readonly frameSeconds?: number;
  /** What `slow-first-byte` waits. */
  readonly slowSeconds?: number;
  /** Where the realtime model stops in the middle of a text, without a word about it. */
  readonly longestSpeechSeconds?: number;
  /** How long `/stream` stays busy after a client has left. */
  readonly lingerSeconds?: number;
};

/** The longest request line that websockets, which uvicorn uses, reads. */
const LONGEST_REQUEST_LINE_BYTES = 8192;
const REQUEST_LINE_FRAME = 'GET  HTTP/1.1\r\n'.length;
const MAXIMUM_HEADER_BYTES = 128 * 1024;
const MAXIMUM_MESSAGE_BYTES = 256 * 1024;

/**
 * A VibeVoice server on loopback: `GET /config` and `WS /stream` of microsoft/VibeVoice (demo/web/app.py), and `WS /tts` of
 * our own protocol. Faults meet WebSocket requests; `refuse` also shows at /config, which does not use it up.
 */
export async function startVibeVoiceSimulator(
  options: VibeVoiceSimulatorOptions,
): Promise<Simulator<VibeVoiceScenario>> {
  const faults = new FaultControl<VibeVoiceScenario>(VIBEVOICE_SCENARIOS);
  const requests: RecordedRequest[] = [];
  const connections = new Set<Duplex>();
  const slowSeconds = options.slowSeconds ?? 30;
  const upstream = new UpstreamServer({
    voice: options.voice,
    clock: options.clock ?? systemClock,
    slowSeconds,
    longestSpeechSeconds: options.longestSpeechSeconds ?? 600,
    lingerSeconds: options.lingerSeconds ?? 0.1,
  });
  const own = new OwnServer({ voice: options.voice, slowSeconds });

  const server = createServer({ maxHeaderSize: MAXIMUM_HEADER_BYTES }, (request, response) => {
    requests.push(record(request, ''));
    const isDown = faults.active()?.scenario === 'refuse';
    const status = isDown ? 503 : request.url === '/config' && request.method === 'GET' ? 200 : 404;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(status === 200 ? { voices: PRESETS, default_voice: DEFAULT_PRESET } : { detail: 'Not Found' }),
    );
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAXIMUM_MESSAGE_BYTES,
  });
  const visit = (socket: WebSocket): Visit => new Visit(socket, options.frameSeconds ?? 0);

  server.on('upgrade', (request, socket, head) => {
    // Without a listener, a client that resets the connection would end the process.
    socket.on('error', () => {});
    const target = request.url ?? '';
    if (target.length + REQUEST_LINE_FRAME > LONGEST_REQUEST_LINE_BYTES) return leaveUnanswered(socket);
    const url = new URL(target, 'http://simulator');
    const isOwn = url.pathname === '/tts';
    if (!isOwn) requests.push(record(request, ''));
    if (!isOwn && url.pathname !== '/stream') return answer(socket, 403);
    const scenario = faults.take();
    if (scenario === 'refuse') return answer(socket, 503);
    if (scenario === 'hang-handshake') return leaveUnanswered(socket);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const visitor = visit(webSocket);
      if (!isOwn) {
        upstream.serve(visitor, url.searchParams, scenario).catch(ignoreDeparture);
        return;
      }
      webSocket.once('message', (data) => {
        const body = (data as Buffer).toString();
        requests.push(record(request, body));
        webSocket.on('message', () => webSocket.close(1000, 'cancelled'));
        own.serve(visitor, body, scenario).catch(ignoreDeparture);
      });
    });
  });

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port ?? 0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const connection of connections) connection.destroy();
      await closed.promise;
    },
  };
}

function record({ method = '', url = '', headers }: IncomingMessage, body: string): RecordedRequest {
  const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { method, target: url, headers: Object.fromEntries(flat) as Record<string, string>, body };
}

function answer(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Reads on, so that the client's leaving is seen. */
function leaveUnanswered(socket: Duplex): void {
  socket.on('end', () => socket.destroy());
  socket.resume();
}

function ignoreDeparture(thrown: unknown): void {
  if (!(thrown instanceof ClientLeft)) throw thrown;
}
