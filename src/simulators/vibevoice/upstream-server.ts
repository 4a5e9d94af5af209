import type { Clock } from '../../core/clock.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { SimulatorVoice } from '../simulator.ts';
import { faultySound } from './faulty-sound.ts';
import { DEFAULT_PRESET, languageOfPreset, presetsUnder } from './presets.ts';
import type { VibeVoiceScenario } from './scenarios.ts';
import type { Visit } from './visit.ts';

/** The server's log times are those of UTC+8, without a zone. */
const LOG_OFFSET_MILLISECONDS = 8 * 3600 * 1000;
const DEFAULT_GUIDANCE = 1.5;
const BUSY_MESSAGE = 'Please wait for the other requests to complete.';

type UpstreamOptions = {
  readonly voice: SimulatorVoice;
  readonly clock: Clock;
  readonly slowSeconds: number;
  readonly longestSpeechSeconds: number;
  /** How long the server stays busy after a client has left: until the step of the model that was under way. */
  readonly lingerSeconds: number;
  /** Runs the work of one utterance, so that whoever watches the GPU knows of it. */
  readonly whileSpeaking: (work: () => Promise<void>) => Promise<void>;
};

/**
 * `WS /stream` of microsoft/VibeVoice, demo/web/app.py (commit e73d1e1): the text in the address, log events and raw
 * samples back, one request at a time, failures told in events and then closed as a success.
 */
export class UpstreamServer {
  readonly #options: UpstreamOptions;
  #isBusy = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  /** Throws ClientLeft when the client leaves first. */
  async serve(visit: Visit, query: URLSearchParams, scenario: VibeVoiceScenario | undefined): Promise<void> {
    if (this.#isBusy || scenario === 'busy') {
      await this.#log(visit, 'backend_busy', { message: BUSY_MESSAGE });
      visit.close(1013, 'Service busy');
      return;
    }
    this.#isBusy = true;
    try {
      await this.#options.whileSpeaking(() => this.#speak(visit, query, scenario));
      this.#isBusy = false;
    } catch (thrown) {
      const free = (): void => {
        this.#isBusy = false;
      };
      if (this.#options.lingerSeconds > 0) setTimeout(free, this.#options.lingerSeconds * 1000).unref();
      else free();
      throw thrown;
    }
  }

  async #speak(visit: Visit, query: URLSearchParams, scenario: VibeVoiceScenario | undefined): Promise<void> {
    const text = (query.get('text') ?? '').replaceAll('’', "'");
    const asked = query.get('voice');
    const preset = asked !== null && presetsUnder(scenario).includes(asked) ? asked : DEFAULT_PRESET;
    await this.#log(visit, 'backend_request_received', {
      text_length: text.length,
      cfg_scale: positive(Number(query.get('cfg'))) ?? DEFAULT_GUIDANCE,
      inference_steps: positive(Number.parseInt(query.get('steps') ?? '', 10)) ?? null,
      voice: asked,
    });
    if (scenario === 'slow-first-byte') await visit.wait(this.#options.slowSeconds);
    const pcm = await this.#synthesise(visit, text, preset, scenario);
    if (pcm === undefined) return;
    let generatedSeconds = 0;
    await visit.sendSound(pcm, scenario, async (index, sampleCount) => {
      generatedSeconds += sampleCount / pcm.sampleRateHz;
      const chunk = { generated_sec: generatedSeconds, chunk_sec: sampleCount / pcm.sampleRateHz };
      await this.#log(visit, 'model_progress', chunk);
      if (index === 0) await this.#log(visit, 'backend_first_chunk_sent', {});
    });
    if (scenario !== 'no-completion') await this.#log(visit, 'backend_stream_complete', {});
    visit.close(1000);
  }

  async #synthesise(
    visit: Visit,
    text: string,
    preset: string,
    scenario: VibeVoiceScenario | undefined,
  ): Promise<Pcm | undefined> {
    if (text.trim() === '') return { samples: new Float32Array(0), sampleRateHz: 24_000 };
    try {
      if (scenario === 'error-frame') throw new Error('CUDA out of memory.');
      const { pcm } = await this.#options.voice({ text, language: languageOfPreset(preset) }, visit.signal);
      const longest = Math.floor(this.#options.longestSpeechSeconds * pcm.sampleRateHz);
      return faultySound({ ...pcm, samples: pcm.samples.subarray(0, longest) }, scenario);
    } catch (thrown) {
      visit.signal.throwIfAborted();
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      await this.#log(visit, 'generation_error', { message });
      await this.#log(visit, 'backend_error', { message });
      await this.#log(visit, 'backend_stream_complete', {});
      visit.close(1000);
      return undefined;
    }
  }

  async #log(visit: Visit, event: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    const time = new Date(this.#options.clock.now() + LOG_OFFSET_MILLISECONDS).toISOString();
    const timestamp = time.replace('T', ' ').replace('Z', '');
    await visit.send(JSON.stringify({ type: 'log', event, data, timestamp }));
  }
}

function positive(value: number): number | undefined {
  return value > 0 && Number.isFinite(value) ? value : undefined;
}
