import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import type { Environment } from '../../src/config/load.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import { startOpenAiSpeechSimulator } from '../../src/simulators/openai-speech.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import { FaultSchedule } from './fault-schedule.ts';
import type { MarkedVoices } from './marked-voices.ts';

export type FaultyVendor = 'vibevoice' | 'elevenlabs' | 'openai-speech';

/** One set of vendors, each a server of its own, for one script at a time. */
export type Stage = {
  readonly faults: Readonly<Record<FaultyVendor, FaultSchedule>>;
  /** The addresses and keys as the application's configuration takes them. */
  environment(vibevoicePath: 'tts' | 'stream'): Environment;
  /** Ends all faults, and waits until the vendors have noticed that the last client has left. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

const ELEVENLABS_KEY = 'key-of-elevenlabs';
const OPENAI_KEY = 'key-of-openai';
const VOICE_ID = 'voice-of-elevenlabs';
/** Longer than anybody here waits. */
const SLOW_SECONDS = 10;
/** How long `/stream` stays busy after its client has left. */
const LINGER_SECONDS = 0.03;

export async function openStage(voices: MarkedVoices): Promise<Stage> {
  await using opening = new AsyncDisposableStack();
  const common = { slowSeconds: SLOW_SECONDS, keptRequests: 1 };
  const keep = <Resource extends { close(): Promise<void> }>(resource: Resource): Resource =>
    opening.adopt(resource, (it) => it.close());
  const vibevoice = keep(
    await startVibeVoiceSimulator({ ...common, voice: voices.voiceOf('vibevoice'), lingerSeconds: LINGER_SECONDS }),
  );
  const elevenlabs = keep(
    await startElevenLabsSimulator({
      ...common,
      voice: voices.voiceOf('elevenlabs'),
      apiKey: ELEVENLABS_KEY,
      voiceIds: [VOICE_ID],
      clock: systemClock,
      creditLimit: Infinity,
    }),
  );
  const openai = keep(
    await startOpenAiSpeechSimulator({ ...common, voice: voices.voiceOf('openai-speech'), apiKey: OPENAI_KEY }),
  );
  const running = opening.move();
  const faults = {
    vibevoice: new FaultSchedule(vibevoice.faults),
    elevenlabs: new FaultSchedule(elevenlabs.faults),
    'openai-speech': new FaultSchedule(openai.faults),
  };
  return {
    faults,
    environment: (vibevoicePath) => ({
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: `${vibevoice.url.replace('http', 'ws')}/${vibevoicePath}`,
      ELEVENLABS_BASE_URL: elevenlabs.url,
      ELEVENLABS_API_KEY: ELEVENLABS_KEY,
      ELEVENLABS_VOICE_ID: VOICE_ID,
      OPENAI_SPEECH_BASE_URL: `${openai.url}/v1`,
      OPENAI_SPEECH_API_KEY: OPENAI_KEY,
      TTS_CACHE_ENABLED: 'False',
    }),
    async clear() {
      await wait(LINGER_SECONDS * 2000);
      for (const schedule of Object.values(faults)) schedule.clear();
    },
    close: () => running.disposeAsync(),
  };
}
