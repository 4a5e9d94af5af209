import { CANONICAL_SAMPLE_RATE_HZ } from '../../../media/pcm.ts';
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
/** Servers may round the seconds that they tell. */
const TOLD_LENGTH_TOLERANCE = 0.02;

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
 * event without an error event, some samples and close code 1000 together are a success. The protocol has no field for the
 * sample rate, but its progress events tell how many seconds the samples are, and so at which rate they are meant.
 */
export async function speakByStream(url: URL, sound: SoundCollector, call: SpeechCall): Promise<Pick<Speech, 'pcm'>> {
  const connection = await openWebSocket(url, { ...call, isActivity: isSound });
  try {
    let isComplete = false;
    let progress: Progress | undefined;
    for await (const message of connection.messages()) {
      if (message.kind === 'binary') {
        sound.add(message.bytes);
        continue;
      }
      const event = readEvent(message.text);
      isComplete ||= event.isComplete;
      progress = event.progress ?? progress;
    }
    if (!isComplete || connection.closure?.code !== CLOSED_NORMALLY) throw fromClosure(connection.closure);
    const pcm = sound.finish();
    if (progress !== undefined) checkSampleRate(pcm.samples.length, progress);
    return { pcm };
  } finally {
    await connection.terminate();
  }
}

function isSound(message: WebSocketMessage): boolean {
  return message.kind === 'binary' && message.bytes.length > 0;
}

/** How much sound the server says it has sent: in all, and in the last frame. */
type Progress = { readonly generatedSeconds: number; readonly chunkSeconds: number };

/** Events that are not known are the server's own notes. */
function readEvent(text: string): { readonly isComplete: boolean; readonly progress: Progress | undefined } {
  const { event, data } = parseTextMessage(text);
  if (event === 'backend_busy') throw failure('rate_limited', BUSY_REASON);
  if (event === 'generation_error' || event === 'backend_error') {
    throw failure('unavailable', `could not speak this text (${event})`);
  }
  return {
    isComplete: event === 'backend_stream_complete',
    progress: event === 'model_progress' ? readProgress(data) : undefined,
  };
}

/** Undefined when the server does not tell: a server is not refused for a note that it leaves out. */
function readProgress(data: unknown): Progress | undefined {
  const { generated_sec: generatedSeconds, chunk_sec: chunkSeconds } = Object(data) as Record<string, unknown>;
  if (typeof generatedSeconds !== 'number' || typeof chunkSeconds !== 'number') return undefined;
  return { generatedSeconds, chunkSeconds };
}

/** The last note may be one frame behind. */
function checkSampleRate(sampleCount: number, { generatedSeconds, chunkSeconds }: Progress): void {
  const seconds = sampleCount / CANONICAL_SAMPLE_RATE_HZ;
  if (Math.abs(seconds - generatedSeconds) <= chunkSeconds + TOLD_LENGTH_TOLERANCE * seconds) return;
  throw failure(
    'protocol',
    `must send ${CANONICAL_SAMPLE_RATE_HZ} samples per second, and sent ${sampleCount} for ${generatedSeconds.toFixed(2)} s`,
  );
}
