import type { HttpClient } from '../../../net/http-client.ts';
import { transportFailure } from '../../speech-failure.ts';
import { failure, fromStatus } from './failure.ts';

/** What `GET /config` of the upstream server says (demo/web/app.py). */
export type ServerVoices = { readonly voices: readonly string[]; readonly defaultVoice: string | undefined };

/**
 * Asks a realtime server for its voices. It answers only once its model is loaded, so this is also its readiness.
 * Throws AppError: `unavailable`, `timeout`, `auth`, `rate_limited`, `protocol`, `cancelled`.
 */
export async function fetchServerVoices(http: HttpClient, endpoint: URL, signal: AbortSignal): Promise<ServerVoices> {
  const url = new URL(endpoint);
  url.protocol = endpoint.protocol === 'wss:' ? 'https:' : 'http:';
  url.pathname = endpoint.pathname.replace(/stream$/, 'config');
  try {
    const { status, bytes } = await http.send({ method: 'GET', url: url.href, headers: credentialsOf(url), signal });
    if (status !== 200) throw fromStatus(status);
    return parseVoices(Buffer.from(bytes).toString());
  } catch (thrown) {
    throw transportFailure('The VibeVoice server', thrown);
  }
}

/** The WebSocket client sends the credentials of an address by itself; the HTTP client does not. */
function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
}

function parseVoices(text: string): ServerVoices {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (thrown) {
    throw failure('protocol', 'must list its voices in JSON, and did not', thrown);
  }
  const { voices, default_voice: defaultVoice } = (body ?? {}) as { voices?: unknown; default_voice?: unknown };
  if (!Array.isArray(voices) || !voices.every((voice) => typeof voice === 'string')) {
    throw failure('protocol', 'must list its voices by name, and did not');
  }
  return { voices, defaultVoice: typeof defaultVoice === 'string' ? defaultVoice : undefined };
}
