import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { AppError, toAppError } from '../../core/errors.ts';
import { SerialQueue } from '../../core/serial-queue.ts';
import { durationSeconds } from '../../media/pcm.ts';
import { wordSpans } from '../../media/words.ts';
import type { HttpClient } from '../../net/http-client.ts';
import type { GpuFleet } from '../../gpu/gpu-fleet.ts';
import { assertSpeakable } from '../speakable-text.ts';
import type { Speech, SpeechProvider, SynthesizeOptions, Utterance } from '../speech-provider.ts';
import { fromConnection } from './vibevoice/failure.ts';
import { fetchServerVoices, type ServerVoices } from './vibevoice/server-voices.ts';
import { SoundCollector } from './vibevoice/sound-collector.ts';
import type { SpeechCall } from './vibevoice/speech-call.ts';
import { speakByStream, streamRequest } from './vibevoice/stream-protocol.ts';
import { speakByTts } from './vibevoice/tts-protocol.ts';
import { checkRealtimeLanguage, choosePreset, REALTIME_LANGUAGES } from './vibevoice/voice-preset.ts';

export type VibeVoiceOptions = {
  /** `ws:` or `wss:` addresses; a path that ends in `/stream` is the upstream server, in `/tts` one with our protocol. */
  readonly endpoints: readonly string[];
  /** Says which endpoint the next utterance goes to, and is told how it went; each in its turn without one. */
  readonly fleet?: Pick<GpuFleet, 'acquire'>;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly connectionTimeoutSeconds: number;
  /** Seconds without sound after which a stream is dead. */
  readonly idleTimeoutSeconds: number;
  /** Seconds that a server may keep an utterance in a queue that it tells of. */
  readonly queueTimeoutSeconds?: number;
};

/** English at 150 words a minute; only compared with itself, to spread the work. */
const TYPICAL_SECONDS_PER_CHARACTER = 0.07;
const DEFAULT_QUEUE_TIMEOUT_SECONDS = 60;
/** Presets change when a server is restarted, so its list is asked for again after this time and after any failure. */
const VOICES_KEPT_SECONDS = 60;
/** docs/vibevoice-realtime-0.5b.md: texts of three words or fewer come out unstable. */
const SHORTEST_STABLE_WORDS = 4;

/**
 * Speech from one's own GPU servers, by the protocol of microsoft/VibeVoice or by our own. One call is one try: the router
 * retries. A realtime server serves one caller at a time, so calls to the same one wait here for each other.
 * Alignment is never promised; a `/tts` server may give it. Throws AppError: `invalid_input`, `unsupported`, `auth`,
 * `rate_limited`, `timeout`, `unavailable`, `protocol`, `bad_audio`, `cancelled`; `invalid_input` at once for an endpoint
 * that is not an address of either protocol.
 */
export function createVibeVoiceProvider(options: VibeVoiceOptions): SpeechProvider {
  const endpoints = options.endpoints.map(checkEndpoint);
  if (endpoints.length === 0) throw invalidEndpoint('there must be at least one, and there are 0');
  let nextIndex = 0;
  const realtime = new RealtimeServers(options);
  // Both kinds of server have voices of their own, so speech of one must not be taken for that of the other.
  const protocols = [...new Set(endpoints.map((endpoint) => (isRealtime(endpoint) ? 'stream' : 'tts')))].sort();
  return {
    id: 'vibevoice',
    capabilities: {
      languages: endpoints.some(isRealtime) ? REALTIME_LANGUAGES : 'any',
      alignment: 'none',
      paid: false,
    },
    voiceIdentity: () => ({ vendorVoiceId: null, model: protocols.join('+') }),
    estimateUsd: () => 0,
    async synthesize(utterance, synthesis) {
      const { signal, onPcm } = synthesis;
      const speakAt = async (endpoint: URL): Promise<Speech> => {
        const sound = new SoundCollector(utterance.text, onPcm);
        const call: SpeechCall = {
          signal,
          connectionTimeoutSeconds: options.connectionTimeoutSeconds,
          idleTimeoutSeconds: options.idleTimeoutSeconds,
          queueTimeoutSeconds: options.queueTimeoutSeconds ?? DEFAULT_QUEUE_TIMEOUT_SECONDS,
        };
        if (isRealtime(endpoint)) return realtime.speak(endpoint, utterance, sound, call);
        const spoken = await speakByTts(endpoint, utterance, randomUUID(), sound, call);
        return { ...spoken, costUsd: 0, providerMetadata: { server: endpoint.host, protocol: 'tts' } };
      };
      try {
        signal.throwIfAborted();
        assertSpeakable(utterance);
        if (options.fleet !== undefined)
          return await speakOnLease(options.fleet, options.clock, utterance, synthesis, speakAt);
        return await speakAt(endpoints[nextIndex++ % endpoints.length] as URL);
      } catch (thrown) {
        throw speechError(thrown, signal);
      }
    },
  };
}

/** The lease ends with the call, whatever happens. */
async function speakOnLease(
  fleet: Pick<GpuFleet, 'acquire'>,
  clock: Clock,
  utterance: Utterance,
  { signal, owner = '', failedServers = new Set(), accept }: SynthesizeOptions,
  speakAt: (endpoint: URL) => Promise<Speech>,
): Promise<Speech> {
  const expectedAudioSeconds = utterance.text.length * TYPICAL_SECONDS_PER_CHARACTER;
  const lease = await fleet.acquire({ expectedAudioSeconds, signal, owner, avoid: [...failedServers] });
  const startedAt = clock.now();
  try {
    const speech = await speakAt(checkEndpoint(lease.server.url));
    accept?.(speech);
    const wallSeconds = (clock.now() - startedAt) / 1000;
    lease.release({ ok: true, audioSeconds: durationSeconds(speech.pcm), wallSeconds });
    return speech;
  } catch (thrown) {
    const error = speechError(thrown, signal);
    failedServers.add(lease.server.id);
    const waiting = error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds };
    lease.release({ failed: error.kind, ...waiting });
    throw error;
  }
}

function speechError(thrown: unknown, signal: AbortSignal): AppError {
  if (!signal.aborted) return toAppError(fromConnection(thrown));
  return new AppError({ code: 'cancelled', kind: 'cancelled', message: 'The speech was cancelled.', cause: thrown });
}

/** The servers of the upstream kind: their voices as they were last told, and whose turn it is at each. */
class RealtimeServers {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  /** A realtime server speaks for one caller at a time. */
  readonly #queues = new Map<string, SerialQueue>();
  readonly #voices = new Map<string, { readonly voices: ServerVoices; readonly askedAt: number }>();

  constructor({ http, clock }: Pick<VibeVoiceOptions, 'http' | 'clock'>) {
    this.#http = http;
    this.#clock = clock;
  }

  async speak(endpoint: URL, utterance: Utterance, sound: SoundCollector, call: SpeechCall): Promise<Speech> {
    const { text, language, voice } = utterance;
    checkRealtimeLanguage(language);
    const speakInTurn = async (): Promise<Speech> => {
      try {
        const chosen = choosePreset(language, voice.profile, await this.#voicesOf(endpoint, call.signal));
        const { pcm } = await speakByStream(streamRequest(endpoint, text, chosen.preset), sound, call);
        return {
          pcm,
          warnings: [...chosen.warnings, ...warningsOf(utterance)],
          costUsd: 0,
          providerMetadata: { server: endpoint.host, protocol: 'stream', voice: chosen.preset },
        };
      } catch (thrown) {
        this.#voices.delete(endpoint.href);
        throw thrown;
      }
    };
    return this.#queueOf(endpoint).run(speakInTurn, call.signal);
  }

  #queueOf({ href }: URL): SerialQueue {
    const queue = this.#queues.get(href) ?? new SerialQueue();
    this.#queues.set(href, queue);
    return queue;
  }

  async #voicesOf(endpoint: URL, signal: AbortSignal): Promise<ServerVoices> {
    const kept = this.#voices.get(endpoint.href);
    const now = this.#clock.now();
    if (kept !== undefined && now - kept.askedAt < VOICES_KEPT_SECONDS * 1000) return kept.voices;
    const voices = await fetchServerVoices(this.#http, endpoint, signal);
    this.#voices.set(endpoint.href, { voices, askedAt: now });
    return voices;
  }
}

/** What the realtime server does not know, or does badly. */
function warningsOf({ text, language, voice }: Utterance): readonly string[] {
  const warnings: string[] = [];
  if (voice.style !== 'neutral')
    warnings.push(`The VibeVoice realtime server knows no style; ${voice.style} was left out.`);
  warnings.push(
    `The VibeVoice realtime server knows no seed; ${voice.seed} was left out, so the speech differs each time.`,
  );
  const wordCount = wordSpans(text, language).length;
  if (wordCount < SHORTEST_STABLE_WORDS) {
    warnings.push(`VibeVoice needs ${SHORTEST_STABLE_WORDS} words to be reliable; this text has ${wordCount}.`);
  }
  return warnings;
}

function isRealtime(endpoint: URL): boolean {
  return endpoint.pathname.endsWith('/stream');
}

function checkEndpoint(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !/^wss?:$/.test(url.protocol)) throw invalidEndpoint('it must be a ws: or wss: address');
  if (!/\/(stream|tts)$/.test(url.pathname)) {
    throw invalidEndpoint(`its path must end in /stream or /tts, and is ${url.pathname}`);
  }
  if (url.search !== '' || url.hash !== '') throw invalidEndpoint('it must have neither a query nor a fragment');
  return url;
}

/** The address itself may hold a password, so it is not shown. */
function invalidEndpoint(rule: string): AppError {
  return new AppError({
    code: 'invalid_configuration',
    kind: 'invalid_input',
    message: `A VibeVoice endpoint is not usable: ${rule}.`,
  });
}
