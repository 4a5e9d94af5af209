import { WebSocketError, type WebSocketClosure, type WebSocketFailure } from '../../../net/web-socket.ts';
import { speechFailure } from '../../speech-failure.ts';

const VENDOR = 'The VibeVoice server';

type Kind = Parameters<typeof speechFailure>[1];

/** RFC 6455, 7.4.1 and its registry: going away, server error, restart, bad gateway. */
const SERVER_GONE_CODES: ReadonlySet<number> = new Set([1001, 1011, 1012, 1014]);
/** "Try again later". The upstream server closes with it while it speaks for someone else (demo/web/app.py). */
const TRY_AGAIN_LATER = 1013;

const KIND_OF_FAILURE: Readonly<Record<WebSocketFailure['kind'], Kind>> = {
  refused: 'unavailable',
  connect_timed_out: 'timeout',
  idle_timed_out: 'timeout',
  lost: 'unavailable',
  unreadable: 'protocol',
};

export const BUSY_REASON = 'already speaks for someone else';

export function failure(kind: Kind, reason: string, cause?: unknown, retryAfterSeconds?: number): Error {
  return speechFailure(VENDOR, kind, reason, { cause, retryAfterSeconds });
}

/** What an HTTP status other than success means, for the handshake and for /config. */
export function fromStatus(status: number, retryAfterSeconds?: number, cause?: unknown): Error {
  // 403 is also what the upstream server's framework answers to a WebSocket on a path that it does not have.
  if (status === 401 || status === 403) {
    return failure('auth', `answered ${status}: the path or the access is wrong`, cause);
  }
  if (status === 429) return failure('rate_limited', 'answered 429', cause, retryAfterSeconds);
  return failure(status >= 500 ? 'unavailable' : 'protocol', `answered ${status}`, cause);
}

/** A failure of the connection as an AppError; anything else that was thrown comes back as it is. */
export function fromConnection(thrown: unknown): unknown {
  if (!(thrown instanceof WebSocketError)) return thrown;
  const { failure: fact } = thrown;
  if (fact.kind === 'refused' && fact.status !== undefined) {
    return fromStatus(fact.status, fact.retryAfterSeconds, thrown);
  }
  const reason = `gave no complete answer. ${thrown.message.slice(0, -1)}`;
  return failure(KIND_OF_FAILURE[fact.kind], reason, thrown);
}

/** A close that is not the end of a success. */
export function fromClosure(closure: WebSocketClosure | undefined): Error {
  const code = closure?.code;
  if (code === TRY_AGAIN_LATER) return failure('rate_limited', BUSY_REASON);
  if (code !== undefined && SERVER_GONE_CODES.has(code)) return failure('unavailable', `closed with ${code}`);
  return failure('protocol', `closed with ${code ?? 'no code'} before the speech was complete`);
}
