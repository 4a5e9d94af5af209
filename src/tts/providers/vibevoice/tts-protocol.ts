import type { Alignment } from '../../../media/alignment.ts';
import { CANONICAL_SAMPLE_RATE_HZ, durationSeconds } from '../../../media/pcm.ts';
import { openWebSocket, type WebSocketMessage } from '../../../net/web-socket.ts';
import type { Speech, Utterance } from '../../speech-provider.ts';
import { BUSY_REASON, failure, fromClosure } from './failure.ts';
import { readAlignment } from './server-alignment.ts';
import type { SoundCollector } from './sound-collector.ts';
import type { SpeechCall } from './speech-call.ts';
import { parseTextMessage } from './text-message.ts';

type Kind = Parameters<typeof failure>[0];

/** The codes of our own protocol; any other is `unavailable` when the server calls it retryable and `protocol` when not. */
const KIND_OF_CODE: Readonly<Record<string, Kind>> = {
  busy: 'rate_limited',
  text_invalid: 'invalid_input',
  text_too_long: 'unsupported',
  language_unsupported: 'unsupported',
  access_denied: 'auth',
};

type Spoken = Pick<Speech, 'pcm' | 'alignment' | 'warnings'>;

/**
 * Speaks by our own protocol: `synthesize` goes out; `accepted`, perhaps `queued`, samples, perhaps `alignment`, and `done`
 * with the number of samples come back. On abort the server is told before the connection ends.
 */
export async function speakByTts(
  endpoint: URL,
  utterance: Utterance,
  requestId: string,
  sound: SoundCollector,
  call: SpeechCall,
): Promise<Spoken> {
  const connection = await openWebSocket(endpoint, { ...call, isActivity: isSound });
  let isAccepted = false;
  let isQueued = false;
  let isDone = false;
  let alignment: unknown;
  try {
    const { text, language, voice } = utterance;
    connection.send(JSON.stringify({ type: 'synthesize', request_id: requestId, text, language, ...voice }));
    for await (const message of connection.messages()) {
      if (message.kind === 'binary') {
        if (!isAccepted) throw failure('protocol', 'must name its format before it sends samples, and did not');
        if (sound.sampleCount === 0) connection.setIdleTimeout(call.idleTimeoutSeconds);
        sound.add(message.bytes);
        continue;
      }
      const body = parseTextMessage(message.text);
      if (body['type'] === 'accepted') {
        checkFormat(body);
        isAccepted = true;
      } else if (body['type'] === 'queued' && !isQueued) {
        isQueued = true;
        connection.setIdleTimeout(call.queueTimeoutSeconds);
      } else if (body['type'] === 'alignment') alignment = body;
      else if (body['type'] === 'error') throw fromError(body);
      else if (body['type'] === 'done') {
        isDone = true;
        return finish(body['samples'], alignment, utterance, sound);
      }
    }
    throw fromClosure(connection.closure);
  } finally {
    if (call.signal.aborted) connection.send(JSON.stringify({ type: 'cancel' }));
    const closing = connection.close();
    // When all has come, nobody has to wait for the goodbye, which ends by itself.
    if (!isDone) await closing;
  }
}

/** Places in the queue are no sound: however many come, the wait in the queue has one end. */
function isSound(message: WebSocketMessage): boolean {
  return message.kind === 'binary' && message.bytes.length > 0;
}

function checkFormat({ sample_rate_hz: rate, format, channels }: Readonly<Record<string, unknown>>): void {
  if (rate === CANONICAL_SAMPLE_RATE_HZ && format === 's16le' && channels === 1) return;
  const given = `${shown(rate)} Hz, ${shown(format)}, ${shown(channels)} channels`;
  throw failure('protocol', `must send ${CANONICAL_SAMPLE_RATE_HZ} Hz, s16le, 1 channels, and offered ${given}`);
}

/** Formats are short; anything else may be what the server was given to say. */
function shown(value: unknown): string {
  return typeof value === 'number' || (typeof value === 'string' && /^\w{1,12}$/.test(value)) ? `${value}` : '?';
}

function fromError(body: Readonly<Record<string, unknown>>): Error {
  const code = typeof body['code'] === 'string' && /^\w{1,40}$/.test(body['code']) ? body['code'] : 'no code';
  if (code === 'busy') return failure('rate_limited', BUSY_REASON, undefined, seconds(body['retry_after_seconds']));
  const kind = Object.hasOwn(KIND_OF_CODE, code) ? KIND_OF_CODE[code] : undefined;
  return failure(
    kind ?? (body['retryable'] === true ? 'unavailable' : 'protocol'),
    `could not speak this text (${code})`,
  );
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

function finish(samples: unknown, described: unknown, utterance: Utterance, sound: SoundCollector): Spoken {
  if (samples !== sound.sampleCount) {
    const announced = typeof samples === 'number' ? samples : 'an unknown number';
    throw failure('bad_audio', `said that it sent ${announced} samples, and ${sound.sampleCount} came`);
  }
  const pcm = sound.finish();
  if (described === undefined) return { pcm, warnings: [] };
  const alignment: Alignment | undefined = readAlignment(described, utterance.text, durationSeconds(pcm));
  if (alignment !== undefined) return { pcm, alignment, warnings: [] };
  return { pcm, warnings: ['The times that the VibeVoice server gave do not fit its speech; they were left out.'] };
}
