import type { Clock } from '../core/clock.ts';
import { durationSeconds } from '../media/pcm.ts';
import type { Pcm } from '../media/pcm.ts';
import { resample } from '../media/resample.ts';
import { encodeWav } from '../media/wav.ts';
import { alignmentBetween, characterAlignment } from './elevenlabs-alignment.ts';
import type { CharacterAlignment } from './elevenlabs-alignment.ts';
import { modelList, subscription, voiceAnswer, voiceList } from './elevenlabs-catalogue.ts';
import {
  concurrencyAnswer,
  errorAnswer,
  missingPermissionAnswer,
  quotaAnswer,
  unauthorizedAnswer,
} from './elevenlabs-errors.ts';
import { ELEVENLABS_FAULTS, refusalOf } from './elevenlabs-faults.ts';
import type { ElevenLabsFault } from './elevenlabs-faults.ts';
import { ElevenLabsHistory } from './elevenlabs-history.ts';
import { isSpeechRoute, readSpeechRequest } from './elevenlabs-request.ts';
import type { SpeechRequest } from './elevenlabs-request.ts';
import { FaultControl } from './fault-control.ts';
import { jsonAnswer, startHttpSimulator } from './http-simulator.ts';
import type { SimulatedAnswer, SimulatedRequest } from './http-simulator.ts';
import type { Simulator, SimulatorOptions, SimulatorVoice } from './simulator.ts';

export type ElevenLabsSimulatorOptions = SimulatorOptions & {
  readonly voice: SimulatorVoice;
  /** The only key that is accepted. */
  readonly apiKey: string;
  readonly voiceIds: readonly string[];
  readonly clock: Clock;
  /** For a request without `language_code`; the vendor hears it from the text. */
  readonly detectLanguage?: ((text: string) => string) | undefined;
  /** Beyond it the vendor refuses: 5 to 15 for the paid plans. */
  readonly maxConcurrentRequests?: number;
  readonly creditLimit?: number;
  /** A key may be restricted to speech: then it reads neither the account nor the voices. */
  readonly speechOnly?: boolean;
  /** How long the fault `slow-first-byte` waits. */
  readonly slowSeconds?: number | undefined;
};

type Headers = Readonly<Record<string, string>>;

const SAMPLE_RATE_HZ = 24_000;
const WAV_HEADER_BYTES = 44;
/** The vendor's pieces are about this long. */
const STREAM_PIECE_SECONDS = 1;

/**
 * ElevenLabs' REST API as its documents and its own client describe it (@elevenlabs/elevenlabs-js 2.73), spoken by a
 * voice that is handed in. A fault meets any request; those of the audio itself change speech only.
 */
export function startElevenLabsSimulator(options: ElevenLabsSimulatorOptions): Promise<Simulator<ElevenLabsFault>> {
  const { apiKey, voiceIds, clock, maxConcurrentRequests = 15, creditLimit = 1_000_000, slowSeconds = 30 } = options;
  const history = new ElevenLabsHistory();
  let requestCount = 0;
  let speaking = 0;
  let usedCredits = 0;

  const speak = async (request: SimulatedRequest, fault: ElevenLabsFault | undefined, headers: Headers) => {
    const asked = readSpeechRequest(request, voiceIds, headers);
    if ('status' in asked) return asked;
    if (speaking >= maxConcurrentRequests) return concurrencyAnswer(maxConcurrentRequests, headers);
    const credits = Math.ceil(Array.from(asked.text).length * asked.model.creditsPerCharacter);
    if (usedCredits + credits > creditLimit) return quotaAnswer(headers);
    speaking++;
    try {
      const language = asked.languageCode ?? options.detectLanguage?.(asked.text) ?? 'en';
      const spoken = await options.voice({ text: asked.text, language }, request.signal);
      const pcm = resample(spoken.pcm, SAMPLE_RATE_HZ);
      const alignment = characterAlignment(asked.text, spoken.alignment, durationSeconds(pcm));
      history.add({ requestId: headers['request-id'] ?? '', asked, credits, usedCredits, pcm, now: clock.now() });
      usedCredits += credits;
      const billed = {
        ...headers,
        'character-cost': String(credits),
        'current-concurrent-requests': String(speaking),
        'maximum-concurrent-requests': String(maxConcurrentRequests),
      };
      return speechAnswer(asked, damaged(pcm, fault), alignment, fault, fault === 'missing-headers' ? {} : billed);
    } finally {
      speaking--;
    }
  };

  return startHttpSimulator<ElevenLabsFault>({
    port: options.port,
    keptRequests: options.keptRequests,
    faults: new FaultControl(ELEVENLABS_FAULTS),
    slowSeconds,
    async answer(request, fault) {
      const headers = { 'request-id': `simulated-${++requestCount}` };
      const refusal = fault === undefined ? undefined : refusalOf(fault, maxConcurrentRequests, headers);
      if (refusal !== undefined) return refusal;
      if (request.headers['xi-api-key'] !== apiKey) return unauthorizedAnswer(headers);
      if (isSpeechRoute(request)) return speak(request, fault, headers);
      if (request.method === 'GET' && options.speechOnly === true) {
        const right = request.path.startsWith('/v1/voices') ? 'voices_read' : 'user_read';
        return missingPermissionAnswer(right, headers);
      }
      if (request.method === 'GET') {
        const voice = /^\/v1\/voices\/([\w-]+)$/.exec(request.path)?.[1];
        if (voice !== undefined) {
          return voiceAnswer(voiceIds, voice) ?? errorAnswer(404, 'not_found', 'voice_not_found', 'No voice.', headers);
        }
        if (request.path === '/v1/voices') return jsonAnswer(200, voiceList(voiceIds), headers);
        if (request.path === '/v1/models') return jsonAnswer(200, modelList(), headers);
        if (request.path === '/v1/user/subscription') {
          return jsonAnswer(200, subscription(usedCredits, creditLimit), headers);
        }
        const recalled = history.answer(request, headers);
        if (recalled !== undefined) return recalled;
      }
      return jsonAnswer(404, { detail: 'Not Found' }, headers);
    },
  });
}

function damaged(pcm: Pcm, fault: ElevenLabsFault | undefined): Pcm {
  if (fault === 'empty-audio') return { ...pcm, samples: new Float32Array(0) };
  if (fault === 'silence') return { ...pcm, samples: new Float32Array(pcm.samples.length) };
  if (fault === 'truncated') return { ...pcm, samples: pcm.samples.slice(0, pcm.samples.length / 2) };
  return pcm;
}

function speechAnswer(
  asked: SpeechRequest,
  pcm: Pcm,
  alignment: CharacterAlignment,
  fault: ElevenLabsFault | undefined,
  headers: Headers,
): SimulatedAnswer {
  if (fault === 'wrong-content-type') {
    return { status: 200, headers: { ...headers, 'content-type': 'text/html' }, body: '<h1>Please sign in</h1>' };
  }
  const timed = (piece: Pcm, characters: CharacterAlignment): string => {
    const shown = fault === 'null-alignment' ? null : characters;
    return JSON.stringify({
      audio_base64: Buffer.from(encoded(piece, asked.format)).toString('base64'),
      alignment: shown,
      normalized_alignment: shown,
    });
  };
  const cut = (text: string): string => (fault === 'malformed-json' ? text.slice(0, text.length / 2) : text);
  if (!asked.timestamps && fault !== 'malformed-json') {
    const pieces = asked.streamed ? piecesOf(pcm).map((piece) => encoded(piece, asked.format)) : undefined;
    const type = asked.format === 'pcm_24000' ? 'audio/pcm' : 'audio/wav';
    return { status: 200, headers: { ...headers, 'content-type': type }, body: pieces ?? encoded(pcm, asked.format) };
  }
  const json = { ...headers, 'content-type': 'application/json' };
  if (!asked.streamed) return { status: 200, headers: json, body: cut(timed(pcm, alignment)) };
  const lines = piecesOf(pcm).map((piece, index) => {
    const start = index * STREAM_PIECE_SECONDS;
    return `${cut(timed(piece, alignmentBetween(alignment, start, start + STREAM_PIECE_SECONDS)))}\n`;
  });
  return { status: 200, headers: json, body: lines };
}

function piecesOf({ samples, sampleRateHz }: Pcm): Pcm[] {
  const length = STREAM_PIECE_SECONDS * sampleRateHz;
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, index) => ({
    samples: samples.subarray(index * length, (index + 1) * length),
    sampleRateHz,
  }));
}

function encoded(pcm: Pcm, format: SpeechRequest['format']): Uint8Array {
  const wav = encodeWav(pcm);
  return format === 'pcm_24000' ? wav.subarray(WAV_HEADER_BYTES) : wav;
}
