import { Type } from 'typebox';
import type { Static } from 'typebox';
import { speakText } from '../../pipeline/speak-text.ts';
import type { SpokenText } from '../../pipeline/speak-text.ts';
import { parseSpeechRequest } from '../../pipeline/speech-request.ts';
import { contentKey, hashBytes } from '../../storage/content-key.ts';
import { FileQuerySchema } from '../contract.ts';
import { sendObject } from '../file-response.ts';
import { problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import { perMinute } from '../rate-limit.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { SpeechFileParametersSchema, SpeechRequestSchema, SpokenTextSchema } from '../speech-contract.ts';
import { workSignal } from '../work-signal.ts';

/** A call to a provider has its own deadline, of at most 156 s; this leaves room for a fallback. */
const SPEECH_DEADLINE_MILLISECONDS = 300_000;
/** The work ends by its signal; Fastify's own limit must not come before that. */
const HANDLER_TIMEOUT_MILLISECONDS = SPEECH_DEADLINE_MILLISECONDS + 10_000;

const AUDIO = { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) };

export function addSpeechRoutes(server: ContractServer, context: RouteContext): void {
  const { speech, objects, clock, requestRules } = context;

  server.route({
    method: 'POST',
    url: '/test/tts',
    config: perMinute(context.speechRequestsPerMinute),
    handlerTimeout: HANDLER_TIMEOUT_MILLISECONDS,
    schema: {
      summary: 'Have a text spoken',
      description:
        'Through the same gateway as a video’s script: cache, retries, fallback. With `Accept: audio/wav` the answer is the ' +
        'sound, and its facts are in `X-TTS-*` headers. A client that leaves ends the work.',
      tags: ['Speech'],
      body: SpeechRequestSchema,
      response: {
        200: {
          description: 'The facts and the address of the sound, or the sound.',
          content: { 'application/json': { schema: SpokenTextSchema }, 'audio/wav': AUDIO },
        },
        ...problems(400, 408, 413, 415, 422, 429, 500, 502, 503, 504, 507),
      },
    },
    handler: async (request, reply) => {
      const configured = speech.providers.map(({ id }) => id);
      const speechRequest = parseSpeechRequest(request.body, requestRules, configured);
      const { closing } = context;
      const signal = workSignal(reply.raw, { closing, deadlineMilliseconds: SPEECH_DEADLINE_MILLISECONDS });
      const { maxSpeechSeconds } = requestRules.limits;
      const startedAt = clock.now();
      const spoken = await speakText(speechRequest, { speech: speech.gateway, maxSpeechSeconds, signal }).catch(
        (thrown: unknown) => {
          throw closing.aborted ? new HttpError('server_closing', 'The server is shutting down.') : thrown;
        },
      );
      const executionMilliseconds = Math.max(0, Math.round(clock.now() - startedAt));
      reply.header('vary', 'Accept');
      if (wantsSound(request.headers.accept)) {
        reply.headers(factHeaders(spoken, executionMilliseconds)).type('audio/wav');
        return reply.send(Buffer.from(spoken.wav.buffer, spoken.wav.byteOffset, spoken.wav.length));
      }
      const hash = hashBytes(spoken.wav);
      await objects.putBytes(contentKey('speech', hash, 'wav'), spoken.wav, { signal });
      return reply.send(toSpokenText(spoken, executionMilliseconds, context.links.speech(hash)));
    },
  });

  server.route({
    method: 'GET',
    url: '/speech/:hash.wav',
    schema: {
      summary: 'Speech of POST /test/tts',
      description: 'Answers ranges (`Range`, `If-Range`) and conditions (`If-None-Match`, `If-Match`).',
      tags: ['Speech'],
      params: SpeechFileParametersSchema,
      querystring: FileQuerySchema,
      response: {
        200: { description: 'The sound.', content: { 'audio/wav': AUDIO } },
        206: { description: 'A part of it.', content: { 'audio/wav': AUDIO } },
        304: { description: 'The client has it already.', type: 'null' },
        ...problems(400, 404, 412, 414, 416, 422, 500, 503, 507),
      },
    },
    handler: async (request, reply) => {
      const { hash } = request.params;
      if (!/^[0-9a-f]{64}$/.test(hash)) throw new HttpError('file_not_found', 'No speech has this name.');
      return sendObject(request, reply, {
        objects,
        key: contentKey('speech', hash, 'wav'),
        fileName: `${hash}.wav`,
        download: request.query.download === '1',
      });
    },
  });
}

function factHeaders(spoken: SpokenText, executionMilliseconds: number): Record<string, string> {
  return {
    'x-tts-provider': spoken.provider,
    'x-tts-fallback-used': String(spoken.fallbackUsed),
    'x-tts-cached': String(spoken.cached),
    'x-tts-execution-ms': String(executionMilliseconds),
  };
}

function toSpokenText(
  spoken: SpokenText,
  executionMilliseconds: number,
  audioUrl: string,
): Static<typeof SpokenTextSchema> {
  return {
    provider: spoken.provider,
    fallback_used: spoken.fallbackUsed,
    execution_ms: executionMilliseconds,
    audio_duration_s: Math.round(spoken.durationSeconds * 1000) / 1000,
    audio_url: audioUrl,
    cached: spoken.cached,
    cost_usd: spoken.costUsd,
    attempts: spoken.attempts,
    warnings: [...spoken.warnings],
  };
}

/** The sound is for clients that name it; all others get JSON. */
function wantsSound(accept: string | undefined): boolean {
  return (accept ?? '').split(',').some((range) => /^\s*audio\/wav\s*(?:;|$)/i.test(range));
}
