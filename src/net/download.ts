import { open, type FileHandle } from 'node:fs/promises';
import { Agent, type Dispatcher } from 'undici';
import { HttpFailure, toHttpFailure } from './http-client.ts';
import { AddressRefusedError, checkCallableUrl, createGuardedConnector, type UrlGuardOptions } from './url-guard.ts';

/** An answer that is no file; a redirect is one, and is not followed. */
export class DownloadRefusedError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The file was answered with status ${status}.`);
    this.name = 'DownloadRefusedError';
    this.status = status;
  }
}

export type Downloader = {
  /**
   * Brings the file at `url`, which somebody else has named, to `path`, and gives its size. A connection that breaks off is
   * taken up where it broke, if the server allows that. Throws DownloadRefusedError, HttpFailure, or what the disk says.
   */
  download(
    url: string,
    options: { readonly path: string; readonly largestBytes: number; readonly signal: AbortSignal },
  ): Promise<{ readonly bytes: number }>;
  close(): Promise<void>;
};

const CONNECT_MILLISECONDS = 10_000;
const GAP_MILLISECONDS = 30_000;
/** In a row, without a single byte between them; what had arrived and was not read yet is lost with a connection that breaks. */
const MOST_FRUITLESS_TRIES = 5;

/** The longest file that a connection brings is as long as it likes: what counts is that it goes on, with smaller gaps than this. */
export function createDownloader({
  gapMilliseconds = GAP_MILLISECONDS,
  ...guard
}: UrlGuardOptions & { readonly gapMilliseconds?: number }): Downloader {
  const agent = new Agent({
    connect: createGuardedConnector({ ...guard, connectMilliseconds: CONNECT_MILLISECONDS }),
    headersTimeout: gapMilliseconds,
    bodyTimeout: gapMilliseconds,
    allowH2: false,
  });
  return {
    async download(text, { path, largestBytes, signal }) {
      const verdict = checkCallableUrl(text, guard);
      if (verdict.url === null) throw new HttpFailure('request_invalid', `An address must ${verdict.rule}.`);
      const file = await open(path, 'w');
      try {
        return await receive(agent, verdict.url, { file, largestBytes, signal });
      } finally {
        await file.close();
      }
    },
    close: () => agent.destroy(),
  };
}

async function receive(
  agent: Agent,
  url: URL,
  options: { readonly file: FileHandle; readonly largestBytes: number; readonly signal: AbortSignal },
): Promise<{ readonly bytes: number }> {
  const { file, largestBytes, signal } = options;
  let received = 0;
  let etag: string | undefined;
  for (let fruitless = 0; ;) {
    const before = received;
    try {
      const answer = await request(agent, url, { from: received, etag, signal });
      const { start, total } = placeOf(answer, received);
      etag = strongTag(answer.headers['etag']);
      received = start;
      await file.truncate(start);
      for await (const piece of answer.body as AsyncIterable<Buffer>) {
        if (received + piece.length > largestBytes) throw tooLarge(largestBytes);
        // A disk that is nearly full takes less than it is given.
        for (let written = 0; written < piece.length;) {
          const { bytesWritten } = await file.write(piece, written, piece.length - written, received);
          written += bytesWritten;
          received += bytesWritten;
        }
      }
      if (total !== undefined && received < total) throw new HttpFailure('connection_lost', 'The file ended too soon.');
      return { bytes: received };
    } catch (thrown) {
      const failure = toFailure(thrown, signal);
      if (!(failure instanceof HttpFailure) || !MAY_PASS.has(failure.fact)) throw failure;
      fruitless = received > before ? 1 : fruitless + 1;
      if (fruitless >= MOST_FRUITLESS_TRIES) throw failure;
    }
  }
}

const MAY_PASS: ReadonlySet<HttpFailure['fact']> = new Set(['connection_lost', 'body_timeout', 'headers_timeout']);

async function request(
  agent: Agent,
  { origin, pathname, search }: URL,
  options: { readonly from: number; readonly etag: string | undefined; readonly signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const { from, etag, signal } = options;
  const resume: Record<string, string> = {};
  // Without a tag nobody could tell that it is still the same file.
  if (from > 0 && etag !== undefined) {
    resume['range'] = `bytes=${from}-`;
    resume['if-range'] = etag;
  }
  const answer = await agent.request({ origin, path: `${pathname}${search}`, method: 'GET', headers: resume, signal });
  if (answer.statusCode === 200 || answer.statusCode === 206) return answer;
  answer.body.on('error', () => {});
  answer.body.destroy();
  throw new DownloadRefusedError(answer.statusCode);
}

/** Where in the file an answer begins, and how long the whole file is. */
function placeOf(
  { statusCode, headers }: Dispatcher.ResponseData,
  expectedStart: number,
): { readonly start: number; readonly total: number | undefined } {
  if (statusCode === 200) {
    const length = headers['content-length'];
    return { start: 0, total: typeof length === 'string' ? Number(length) : undefined };
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range'])) ?? [];
  if (Number(start) !== expectedStart)
    throw new HttpFailure('response_malformed', 'Another piece came than asked for.');
  return { start: expectedStart, total: total === '*' ? undefined : Number(total) };
}

function strongTag(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value.startsWith('"') ? value : undefined;
}

function tooLarge(largestBytes: number): HttpFailure {
  return new HttpFailure('response_too_large', `The file may have at most ${largestBytes} bytes, and has more.`);
}

/** What the disk says, and an answer that is no file, stay what they are. */
function toFailure(thrown: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new HttpFailure('aborted', 'The caller aborted the request.', signal.reason);
  if (thrown instanceof DownloadRefusedError) return thrown;
  if (thrown instanceof AddressRefusedError) return new HttpFailure('request_invalid', thrown.message);
  const isDisk = (thrown as { readonly syscall?: unknown }).syscall === 'write';
  return isDisk ? thrown : toHttpFailure(thrown);
}
