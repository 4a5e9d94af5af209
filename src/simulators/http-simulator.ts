import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultControl } from './fault-control.ts';
import type { RecordedRequest, Simulator } from './simulator.ts';

/** Faults of the way between the client and a vendor; every HTTP vendor can show them. */
export const TRANSPORT_FAULTS = ['hang', 'slow-first-byte', 'drop-mid-body'] as const;
export type TransportFault = (typeof TRANSPORT_FAULTS)[number];

export type SimulatedRequest = RecordedRequest & {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Aborts when the client has gone or the simulator closes. */
  readonly signal: AbortSignal;
};

export type SimulatedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Several pieces are sent one by one without a length; a single one has its Content-Length. */
  readonly body: string | Uint8Array | readonly (string | Uint8Array)[];
};

const LARGEST_BODY_BYTES = 1_000_000;

/**
 * A server on a free loopback port. `answer` is asked for every request and told which fault the request meets; the
 * transport's faults are shown here, around whatever it answers. `slow-first-byte` waits `slowSeconds`.
 */
export async function startHttpSimulator<Scenario extends string>(options: {
  readonly faults: FaultControl<Scenario | TransportFault>;
  readonly slowSeconds: number;
  answer(request: SimulatedRequest, fault: Scenario | TransportFault | undefined): Promise<SimulatedAnswer>;
}): Promise<Simulator<Scenario | TransportFault>> {
  const { faults, slowSeconds, answer } = options;
  const requests: RecordedRequest[] = [];
  const server = createServer((message, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const serve = async (): Promise<void> => {
      const recorded = await record(message);
      requests.push(recorded);
      const fault = faults.take();
      if (fault === 'hang') return;
      if (fault === 'slow-first-byte') await wait(slowSeconds * 1000, undefined, { signal: gone.signal });
      const { pathname, searchParams } = new URL(recorded.target, 'http://simulator');
      const request = { ...recorded, path: pathname, query: searchParams, signal: gone.signal };
      await send(response, await answer(request, fault), fault === 'drop-mid-body');
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer whose body is one JSON value. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimulatedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

async function record(message: IncomingMessage): Promise<RecordedRequest> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount > LARGEST_BODY_BYTES) throw new RangeError(`A body may have at most ${LARGEST_BODY_BYTES} bytes.`);
    pieces.push(piece);
  }
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: Buffer.concat(pieces).toString('utf8'),
  };
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
