import { createServer, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { systemClock, type Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { RequestLog } from './request-log.ts';
import type { Simulator, SimulatorOptions, SimulatorVoice } from './simulator.ts';
import { OwnServer } from './vibevoice/own-server.ts';
import { DEFAULT_PRESET, presetsUnder } from './vibevoice/presets.ts';
import { VIBEVOICE_SCENARIOS, type VibeVoiceScenario } from './vibevoice/scenarios.ts';
import { UpstreamServer } from './vibevoice/upstream-server.ts';
import { ClientLeft, Visit } from './vibevoice/visit.ts';

export type VibeVoiceSimulatorOptions = SimulatorOptions & {
  readonly voice: SimulatorVoice;
  readonly clock?: Clock;
  /** Seconds from one frame to the next; 0, the default, is as fast as the client reads. The real model takes 0.13 or less. */
  readonly frameSeconds?: number | undefined;
  /** What `slow-first-byte` waits. */
  readonly slowSeconds?: number | undefined;
  /** Where the realtime model stops in the middle of a text, without a word about it. */
  readonly longestSpeechSeconds?: number;
  /** How long `/stream` stays busy after a client has left. */
  readonly lingerSeconds?: number;
  /** Told how many utterances are being spoken, those that wait left out, whenever that changes. */
  readonly onSpeaking?: ((count: number) => void) | undefined;
};

/** The longest request line that websockets, which uvicorn uses, reads. */
const LONGEST_REQUEST_LINE_BYTES = 8192;
const REQUEST_LINE_FRAME = 'GET  HTTP/1.1\r\n'.length;
const MAXIMUM_HEADER_BYTES = 128 * 1024;
const MAXIMUM_MESSAGE_BYTES = 256 * 1024;

/**
 * A VibeVoice server on loopback: `GET /config` and `WS /stream` of microsoft/VibeVoice (demo/web/app.py), and `WS /tts` of
 * our own protocol. Faults meet WebSocket requests; `refuse` and `loading` meet those of /config as well, and
 * `voices-removed` shows there without being used up.
 */
export async function startVibeVoiceSimulator(
  options: VibeVoiceSimulatorOptions,
): Promise<Simulator<VibeVoiceScenario>> {
  const faults = new FaultControl<VibeVoiceScenario>(VIBEVOICE_SCENARIOS);
  const log = new RequestLog(options.keptRequests);
  const slowSeconds = options.slowSeconds ?? 30;
  let speakingCount = 0;
  const whileSpeaking = async (work: () => Promise<void>): Promise<void> => {
    options.onSpeaking?.(++speakingCount);
    try {
      await work();
    } finally {
      options.onSpeaking?.(--speakingCount);
    }
  };
  const upstream = new UpstreamServer({
    voice: options.voice,
    clock: options.clock ?? systemClock,
    slowSeconds,
    longestSpeechSeconds: options.longestSpeechSeconds ?? 600,
    lingerSeconds: options.lingerSeconds ?? 0.1,
    whileSpeaking,
  });
  const own = new OwnServer({ voice: options.voice, slowSeconds, whileSpeaking });

  const server = createServer({ maxHeaderSize: MAXIMUM_HEADER_BYTES }, (request, response) => {
    log.add(request, '');
    const active = faults.active()?.scenario;
    const isDown = active === 'refuse' || active === 'loading';
    if (isDown) faults.take();
    if (active === 'loading') {
      response.destroy();
      return;
    }
    const status = isDown ? 503 : request.url === '/config' && request.method === 'GET' ? 200 : 404;
    const body =
      status === 200 ? { voices: presetsUnder(active), default_voice: DEFAULT_PRESET } : { detail: 'Not Found' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAXIMUM_MESSAGE_BYTES,
  });
  /** Someone has left in the middle, and the fault is that the model has not noticed yet. */
  let isStillBusy = false;
  const takeScenario = (): VibeVoiceScenario | undefined => {
    if (!isStillBusy) return faults.take();
    isStillBusy = false;
    return 'busy';
  };

  server.on('upgrade', (request, socket, head) => {
    // Without a listener, a client that resets the connection would end the process.
    socket.on('error', () => {});
    const target = request.url ?? '';
    if (target.length + REQUEST_LINE_FRAME > LONGEST_REQUEST_LINE_BYTES) return leaveUnanswered(socket);
    const url = URL.parse(target, 'http://simulator');
    if (url === null) return answer(socket, 400);
    const isOwn = url.pathname === '/tts';
    if (!isOwn) log.add(request, '');
    if (!isOwn && url.pathname !== '/stream') return answer(socket, 403);
    const scenario = takeScenario();
    if (scenario === 'refuse') return answer(socket, 503);
    if (scenario === 'forbidden') return answer(socket, 403);
    if (scenario === 'loading') return void socket.destroy();
    if (scenario === 'hang-handshake') return leaveUnanswered(socket);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const visit = new Visit(webSocket, options.frameSeconds ?? 0);
      const hasLeft = (): void => {
        if (scenario === 'busy-after-cancel') isStillBusy = true;
      };
      if (!isOwn) {
        upstream.serve(visit, url.searchParams, scenario).catch((thrown: unknown) => {
          ignoreDeparture(thrown);
          hasLeft();
        });
        return;
      }
      webSocket.once('message', (data) => {
        const body = (data as Buffer).toString();
        log.add(request, body);
        webSocket.once('message', () => {
          hasLeft();
          webSocket.close(1000, 'cancelled');
        });
        own.serve(visit, body, scenario).catch(ignoreDeparture);
      });
    });
  });

  const { url, close } = await listenOnLoopback(server, options.port);
  return { url, faults, requests: log.requests, close };
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
