import { openWebSocket, type WebSocketMessage } from '../../../net/web-socket.ts';
import type { Speech } from '../../speech-provider.ts';
import { BUSY_REASON, failure, fromClosure } from './failure.ts';
import type { SoundCollector } from './sound-collector.ts';
import type { SpeechCall } from './speech-call.ts';
import { parseTextMessage } from './text-message.ts';

/**
 * Beyond about 8.1 KB of request line the upstream server (uvicorn with websockets) logs a 414 and sends nothing at all,
 * so the rule is kept here rather than found out by waiting.
 */
const LONGEST_REQUEST_BYTES = 7500;
/** The server's own first values; a steps value stays in force for later requests, so it is named each time. */
const GUIDANCE_SCALE = '1.5';
const DIFFUSION_STEPS = '5';
const CLOSED_NORMALLY = 1000;

/** The address of one request. Throws AppError (`unsupported`) when the text makes it longer than the server reads. */
export function streamRequest(endpoint: URL, text: string, preset: string): URL {
  const url = new URL(endpoint);
  url.search = new URLSearchParams({ text, cfg: GUIDANCE_SCALE, steps: DIFFUSION_STEPS, voice: preset }).toString();
  const byteCount = url.pathname.length + url.search.length;
  if (byteCount <= LONGEST_REQUEST_BYTES) return url;
  throw failure(
    'unsupported',
    `takes a percent-encoded request of at most ${LONGEST_REQUEST_BYTES} bytes, and this text makes ${byteCount}`,
  );
}

/**
 * Speaks by the protocol of microsoft/VibeVoice (demo/web/app.py): the text goes in the address, raw samples and log events
 * come back. The server reports a failure as a log event and then closes as if all were well, so only the completion
 * event without an error event, some samples and close code 1000 together are a success.
 */
export async function speakByStream(url: URL, sound: SoundCollector, call: SpeechCall): Promise<Pick<Speech, 'pcm'>> {
  const connection = await openWebSocket(url, { ...call, isActivity: isSound });
  try {
    let isComplete = false;
    for await (const message of connection.messages()) {
      if (message.kind === 'binary') sound.add(message.bytes);
      else isComplete = readEvent(message.text) || isComplete;
    }
    if (!isComplete || connection.closure?.code !== CLOSED_NORMALLY) throw fromClosure(connection.closure);
    return { pcm: sound.finish() };
  } finally {
    await connection.terminate();
  }
}

function isSound(message: WebSocketMessage): boolean {
  return message.kind === 'binary' && message.bytes.length > 0;
}

/** True for the completion event. Events that are not known are the server's own notes. */
function readEvent(text: string): boolean {
  const { event } = parseTextMessage(text);
  if (event === 'backend_busy') throw failure('rate_limited', BUSY_REASON);
  if (event === 'generation_error' || event === 'backend_error') {
    throw failure('unavailable', `could not speak this text (${event})`);
  }
  return event === 'backend_stream_complete';
}
