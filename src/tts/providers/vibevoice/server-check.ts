import { toAppError } from '../../../core/errors.ts';
import type { HttpClient } from '../../../net/http-client.ts';
import { openWebSocket } from '../../../net/web-socket.ts';
import { fromConnection } from './failure.ts';
import { fetchServerVoices } from './server-voices.ts';

/**
 * Asks a server whether it is there without having it speak: an upstream one for its voices, one of our protocol for a connection.
 * Gives the number of voices; null for a server that does not tell. Throws AppErrors as the provider does.
 */
export async function checkVibeVoiceServer(
  endpoint: URL,
  options: { readonly http: HttpClient; readonly timeoutSeconds: number; readonly signal: AbortSignal },
): Promise<number | null> {
  const { http, timeoutSeconds, signal } = options;
  try {
    if (endpoint.pathname.endsWith('/stream')) return (await fetchServerVoices(http, endpoint, signal)).voices.length;
    const timeouts = { connectionTimeoutSeconds: timeoutSeconds, idleTimeoutSeconds: timeoutSeconds };
    const connection = await openWebSocket(endpoint, { ...timeouts, signal });
    await connection.close();
    return null;
  } catch (thrown) {
    throw toAppError(fromConnection(thrown));
  }
}
