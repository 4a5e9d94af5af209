import { AppError } from '../../core/errors.ts';
import type { Alignment } from '../../media/alignment.ts';
import type { Pcm } from '../../media/pcm.ts';
import { resample } from '../../media/resample.ts';
import type { SimulatorVoice } from '../simulator.ts';
import { faultySound, WRONG_SAMPLE_RATE_HZ } from './faulty-sound.ts';
import type { VibeVoiceScenario } from './scenarios.ts';
import { ClientLeft, type Visit } from './visit.ts';

type OwnServerOptions = {
  readonly voice: SimulatorVoice;
  readonly slowSeconds: number;
  /** Runs the work of one utterance, so that whoever watches the GPU knows of it. */
  readonly whileSpeaking: (work: () => Promise<void>) => Promise<void>;
};

type Wish = {
  readonly text: string;
  readonly language: string;
  readonly style: string;
  readonly profile: string;
  readonly seed: number;
};

/** How much faster and higher each speaks, in steps of half a per cent so that resampling stays cheap. */
const STYLE_STEPS: Readonly<Record<string, number>> = { excited: 12, calm: -10 };
const PROFILE_STEPS: Readonly<Record<string, number>> = { professional: -6, casual: 4 };
const SEED_VARIETY = 5;
const STEPS_OF_ONE = 200;

/**
 * `WS /tts` of our own protocol (docs: "VibeVoice endpoints"): the client asks in a message, waits its turn in a queue, and
 * may cancel. Style, profile and seed change pace and pitch; the same wish always gives the same samples.
 */
export class OwnServer {
  readonly #options: OwnServerOptions;
  #last: Promise<void> = Promise.resolve();
  #queueLength = 0;

  constructor(options: OwnServerOptions) {
    this.#options = options;
  }

  /** Throws ClientLeft when the client leaves or cancels first. */
  async serve(visit: Visit, request: string, scenario: VibeVoiceScenario | undefined): Promise<void> {
    const wish = readWish(request);
    if (wish === undefined) return sendError(visit, 'bad_request', 'The first message must be synthesize.', false);
    if (scenario === 'busy') {
      await sendError(visit, 'busy', 'All voices are taken.', true, { retry_after_seconds: 2 });
      return;
    }
    const sampleRateHz = scenario === 'wrong-sample-rate' ? WRONG_SAMPLE_RATE_HZ : 24_000;
    await sendJson(visit, { type: 'accepted', sample_rate_hz: sampleRateHz, format: 's16le', channels: 1 });
    const position = this.#queueLength++;
    const previous = this.#last;
    const done = Promise.withResolvers<void>();
    this.#last = previous.then(() => done.promise);
    try {
      if (position > 0) await sendJson(visit, { type: 'queued', position });
      await Promise.race([previous, leaving(visit)]);
      await this.#options.whileSpeaking(() => this.#speak(visit, wish, scenario));
    } finally {
      this.#queueLength--;
      done.resolve();
    }
  }

  async #speak(visit: Visit, wish: Wish, scenario: VibeVoiceScenario | undefined): Promise<void> {
    if (scenario === 'slow-first-byte') await visit.wait(this.#options.slowSeconds);
    if (scenario === 'error-frame') return sendError(visit, 'model_failed', 'CUDA out of memory.', true);
    let spoken: { readonly pcm: Pcm; readonly alignment: Alignment };
    try {
      spoken = atPace(await this.#options.voice(wish, visit.signal), paceOf(wish));
    } catch (thrown) {
      visit.signal.throwIfAborted();
      const kind = thrown instanceof AppError ? thrown.kind : undefined;
      if (kind === 'unsupported') return sendError(visit, 'language_unsupported', 'No voice for this language.', false);
      if (kind === 'invalid_input') return sendError(visit, 'text_invalid', 'Nothing to say.', false);
      return sendError(visit, 'model_failed', 'The model stopped.', true);
    }
    const { pcm, alignment } = spoken;
    const sound = faultySound(pcm, scenario);
    const sampleCount = await visit.sendSound(sound, scenario);
    // The times are those of the whole speech.
    if (sound === pcm) await sendJson(visit, describe(alignment));
    const said = scenario === 'truncated' ? pcm.samples.length : sampleCount;
    if (scenario !== 'no-completion') await sendJson(visit, { type: 'done', samples: said });
    visit.close(1000);
  }
}

function readWish(request: string): Wish | undefined {
  let body: Readonly<Record<string, unknown>>;
  try {
    body = JSON.parse(request) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
  const { type, text, language = 'en', style = 'neutral', profile = 'default', seed = 0 } = body ?? {};
  if (type !== 'synthesize' || typeof text !== 'string' || typeof language !== 'string') return undefined;
  return { text, language, style: String(style), profile: String(profile), seed: Math.trunc(Number(seed)) || 0 };
}

/** 1 is the voice's own pace. */
function paceOf({ style, profile, seed }: Wish): number {
  const steps = (STYLE_STEPS[style] ?? 0) + (PROFILE_STEPS[profile] ?? 0) + (Math.abs(seed) % SEED_VARIETY) - 2;
  return (STEPS_OF_ONE + steps) / STEPS_OF_ONE;
}

/** The same speech at another pace and pitch, as a record player does it. */
function atPace(spoken: { readonly pcm: Pcm; readonly alignment: Alignment }, pace: number): typeof spoken {
  const { samples, sampleRateHz } = spoken.pcm;
  const pcm = resample({ samples, sampleRateHz: Math.round(sampleRateHz * pace) }, sampleRateHz);
  const faster = <Timed extends { readonly startSeconds: number; readonly endSeconds: number }>(
    timed: Timed,
  ): Timed => ({
    ...timed,
    startSeconds: timed.startSeconds / pace,
    endSeconds: timed.endSeconds / pace,
  });
  const { words, phonemes } = spoken.alignment;
  return { pcm, alignment: { words: words.map(faster), phonemes: phonemes.map(faster) } };
}

function describe({ words, phonemes }: Alignment): Readonly<Record<string, unknown>> {
  return {
    type: 'alignment',
    words: words.map(({ text, start, end, startSeconds, endSeconds }) => ({
      text,
      start,
      end,
      start_seconds: startSeconds,
      end_seconds: endSeconds,
    })),
    phonemes: phonemes.map(({ phoneme, startSeconds, endSeconds, stressed }) => ({
      phoneme,
      start_seconds: startSeconds,
      end_seconds: endSeconds,
      stressed,
    })),
  };
}

async function leaving(visit: Visit): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(new ClientLeft('The client has left.'));
  if (visit.signal.aborted) leave();
  visit.signal.addEventListener('abort', leave, { once: true });
  return promise;
}

async function sendJson(visit: Visit, body: Readonly<Record<string, unknown>>): Promise<void> {
  await visit.send(JSON.stringify(body));
}

async function sendError(
  visit: Visit,
  code: string,
  message: string,
  retryable: boolean,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await sendJson(visit, { type: 'error', code, message, retryable, ...more });
  visit.close(1000);
}
