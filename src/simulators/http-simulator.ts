import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultControl } from './fault-control.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { readBody } from './request-body.ts';
import { RequestLog } from './request-log.ts';
import type { RecordedRequest, Simulator, SimulatorOptions } from './simulator.ts';

/** Faults of the way between the client and a vendor; every HTTP vendor can show them. */
export const TRANSPORT_FAULTS = {
  refuse: 'The connection ends without an answer, as when nothing runs behind the address.',
  hang: 'The request is taken and never answered.',
  'slow-first-byte': 'The answer begins so late that most clients have given up.',
  'drop-mid-body': 'A success begins, and the connection ends in the middle of its body.',
  'lose-answer': 'The request is done, and the connection ends before the answer.',
} as const;
export type TransportFault = keyof typeof TRANSPORT_FAULTS;

export type SimulatedRequest = RecordedRequest & {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bytes: Buffer;
  /** Aborts when the client has gone or the simulator closes. */
  readonly signal: AbortSignal;
};

export type SimulatedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Several pieces are sent one by one without a length; a single one has its Content-Length. */
  readonly body: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The connection ends in the middle of the body, or before the first byte. */
  readonly ending?: 'cut' | 'lost';
};

const ENDING_OF_FAULT: Readonly<Record<string, 'cut' | 'lost'>> = { 'drop-mid-body': 'cut', 'lose-answer': 'lost' };

/**
 * A server on a loopback port. `answer` is asked for every request and told which fault the request meets; the
 * transport's faults are shown here, around whatever it answers. `slow-first-byte` waits `slowSeconds`.
 */
export async function startHttpSimulator<Scenario extends string>(
  options: SimulatorOptions & {
    readonly faults: FaultControl<Scenario | TransportFault>;
    readonly slowSeconds: number;
    readonly largestBodyBytes?: number;
    /** Where only some requests can show a fault, it waits for one of them. */
    meets?(scenario: Scenario | TransportFault, request: SimulatedRequest): boolean;
    answer(request: SimulatedRequest, fault: Scenario | TransportFault | undefined): Promise<SimulatedAnswer>;
  },
): Promise<Simulator<Scenario | TransportFault>> {
  const { faults, slowSeconds, answer } = options;
  const log = new RequestLog(options.keptRequests);
  const server = createServer((message, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const serve = async (): Promise<void> => {
      const bytes = await readBody(message, options.largestBodyBytes);
      const isFile = message.headers['content-type']?.startsWith('multipart/') === true;
      const recorded = log.add(message, isFile ? '' : bytes.toString('utf8'));
      const { pathname, searchParams } = new URL(recorded.target, 'http://simulator');
      const request = { ...recorded, bytes, path: pathname, query: searchParams, signal: gone.signal };
      const waiting = options.meets === undefined ? undefined : faults.active()?.scenario;
      const isForOther = waiting !== undefined && options.meets?.(waiting, request) === false;
      const fault = isForOther ? undefined : faults.take();
      if (fault === 'hang') return;
      if (fault === 'refuse') {
        response.destroy();
        return;
      }
      if (fault === 'slow-first-byte') await wait(slowSeconds * 1000, undefined, { signal: gone.signal });
      const answered = await answer(request, fault);
      const ending = (fault && ENDING_OF_FAULT[fault]) ?? answered.ending;
      if (ending === 'lost') response.destroy();
      else await send(response, answered, ending === 'cut');
    };
    serve().catch(() => response.destroy());
  });
  const { url, close } = await listenOnLoopback(server, options.port);
  return { url, faults, requests: log.requests, close };
}

/** An answer whose body is one JSON value. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

async function send(response: ServerResponse, answer: SimulatedAnswer, drop: boolean): Promise<void> {
  const pieces = Array.isArray(answer.body) ? answer.body : [answer.body];
  const bytes = pieces.map((piece: string | Uint8Array) => Buffer.from(piece as string));
  const whole = bytes.length === 1 ? { 'content-length': String(bytes[0]?.length ?? 0) } : {};
  response.writeHead(answer.status, { ...answer.headers, ...whole });
  if (drop) {
    const all = Buffer.concat(bytes);
    response.write(all.subarray(0, Math.floor(all.length / 2)), () => response.destroy());
    return;
  }
  for (const piece of bytes) {
    // A full socket buffer is waited for, so that a client that has gone is noticed.
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  response.end();
}
