import type { Socket } from 'node:net';
import { toRawProblem } from './problem.ts';

/** Answers what goes wrong before there is a request: unreadable HTTP, headers too large, a request that never ends. */
export function answerConnectionErrors(
  createRequestId: () => string,
): (error: Error & { readonly code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || hasAnswered(socket)) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(error.code, createRequestId()), () => socket.destroySoon());
  };
}

function rawAnswer(errorCode: string | undefined, requestId: string): string {
  if (errorCode === 'HPE_HEADER_OVERFLOW') {
    return toRawProblem('headers_too_large', 'All headers together must be at most 16384 bytes.', requestId);
  }
  if (errorCode === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return toRawProblem('request_timeout', 'Headers must arrive within 10 s and the request within 12 s.', requestId);
  }
  return toRawProblem('bad_request', 'The request must be HTTP/1.1.', requestId);
}

/** True once an answer has begun on this socket: a second one in its middle would be read as part of the first. */
function hasAnswered(socket: Socket & { readonly _httpMessage?: { readonly headersSent?: boolean } }): boolean {
  return socket._httpMessage?.headersSent === true;
}
