import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { FaultBoard } from './fault-board.ts';
import { listenOnLoopback } from './loopback-server.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { readBody } from './request-body.ts';

const PATH = '/admin/faults';
const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

type Answer = { readonly status: number; readonly body: object };

/**
 * Switches faults over HTTP: `GET /admin/faults` lists them, `POST {"vendor","scenario","times"?}` sets one,
 * `DELETE ?vendor=` clears those of a vendor or all. Only for programs on this machine: a page of another site that a
 * browser has open is refused. `url` has the path. Throws AppError `port_unavailable`.
 */
export async function startFaultServer(options: {
  readonly board: FaultBoard;
  readonly port: number;
}): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const send = ({ status, body }: Answer): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(`${JSON.stringify(body, null, 2)}\n`);
    };
    answer(options.board, request).then(send, (thrown: unknown) => send(refusalOf(thrown)));
  });
  const { url, close } = await listenOnLoopback(server, options.port);
  return { url: `${url}${PATH}`, close };
}

async function answer(board: FaultBoard, request: IncomingMessage): Promise<Answer> {
  const { host = '', origin } = request.headers;
  // A name that a site's owner points at 127.0.0.1 still stands in Host, and a page cannot leave out its Origin.
  if (!LOOPBACK_HOST.test(host) || (origin !== undefined && origin !== `http://${host}`)) {
    return refusal(403, 'forbidden', 'Faults are switched by programs on this machine, not by pages of other sites.');
  }
  const url = new URL(request.url ?? '', `http://${host}`);
  if (url.pathname !== PATH) return refusal(404, 'not_found', `The only path is ${PATH}.`);
  if (request.method === 'GET') return { status: 200, body: { vendors: board.list() } };
  if (request.method === 'DELETE') {
    return { status: 200, body: { vendors: board.clear(url.searchParams.get('vendor') ?? undefined) } };
  }
  if (request.method !== 'POST') return refusal(405, 'method_not_allowed', 'Use GET, POST or DELETE.');
  const { vendor, scenario, times } = parseObject((await readBody(request)).toString('utf8'));
  const isTimes = times === undefined || typeof times === 'number';
  if (typeof vendor !== 'string' || typeof scenario !== 'string' || !isTimes) {
    return refusal(422, 'wrong_type', 'Send {"vendor": text, "scenario": text, "times": number or left out} as JSON.');
  }
  return { status: 200, body: { vendors: board.set(vendor, scenario, { times }) } };
}

/** Empty for what is no JSON object. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function refusal(status: number, errorCode: string, message: string): Answer {
  return { status, body: { status, ['code']: errorCode, message } };
}

function refusalOf(thrown: unknown): Answer {
  if (thrown instanceof AppError) return refusal(422, thrown.code, thrown.message);
  if (thrown instanceof RangeError) return refusal(413, 'body_too_large', thrown.message);
  return refusal(400, 'bad_request', 'The request cannot be read.');
}
