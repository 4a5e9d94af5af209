import { simulatedWriter } from '../../src/app/simulated-writer.ts';
import type { Environment } from '../../src/config/load.ts';
import { systemClock, type Clock } from '../../src/core/clock.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../../src/simulators/heygen.ts';
import { USD_PER_SECOND } from '../../src/simulators/heygen/videos.ts';
import { startOpenAiChatSimulator } from '../../src/simulators/openai-chat.ts';
import { startOpenAiSpeechSimulator } from '../../src/simulators/openai-speech.ts';
import { startS3Simulator, type S3Simulator } from '../../src/simulators/s3.ts';
import type { RecordedRequest, Simulator } from '../../src/simulators/simulator.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import type { MarkedVoices } from '../tts/marked-voices.ts';
import { watchBucket, type BucketWatch } from './bucket-watch.ts';
import type { DrawnVideos } from './drawn-videos.ts';
import { FaultQueue } from './fault-queue.ts';
import { ofEachVendor, type OfEachVendor, type Vendor } from './vendors.ts';

/** Every vendor, each a server of its own with an account that nobody has used yet. */
export type Stage = {
  readonly faults: OfEachVendor<FaultQueue>;
  readonly heygen: HeyGenSimulator;
  readonly s3: S3Simulator;
  readonly bucket: BucketWatch;
  /** What was asked of each so far, oldest first. */
  requests(vendor: Vendor): readonly RecordedRequest[];
  /** Addresses and keys as the configuration takes them. */
  readonly environment: Environment;
  /** Where the speech of ElevenLabs is billed. */
  readonly elevenlabs: { readonly url: string; readonly apiKey: string };
  close(): Promise<void>;
};

export const ACCOUNT = {
  accessKey: 'access-key-of-the-bucket',
  secretKey: 'secret-key-of-the-bucket',
  region: 'us-east-1',
  bucket: 'ai-videos',
};
const OPENAI_KEY = 'key-of-openai';
const ELEVENLABS_KEY = 'key-of-elevenlabs';
const HEYGEN_KEY = 'key-of-heygen';
const VOICE_ID = 'voice-of-elevenlabs';
/** Longer than anybody here waits. */
const SLOW_SECONDS = 120;
/** Of the fast clock. */
const RENDER_SECONDS = 3;

export async function openStage(options: {
  readonly voices: MarkedVoices;
  readonly drawn: DrawnVideos;
  /** The fast one, by which HeyGen takes its time. */
  readonly clock: Clock;
  /** HeyGen's files are at least that long. */
  readonly largeBytes: number;
}): Promise<Stage> {
  const { voices, drawn, clock, largeBytes } = options;
  await using opening = new AsyncDisposableStack();
  const keep = <Resource extends { close(): Promise<void> }>(resource: Resource): Resource =>
    opening.adopt(resource, (it) => it.close());
  const slow = { slowSeconds: SLOW_SECONDS };
  const openai = keep(await startOpenAiChatSimulator({ ...slow, apiKey: OPENAI_KEY, writer: simulatedWriter }));
  const vibevoice = keep(await startVibeVoiceSimulator({ ...slow, voice: voices.voiceOf('vibevoice') }));
  const elevenlabs = keep(
    await startElevenLabsSimulator({
      ...slow,
      voice: voices.voiceOf('elevenlabs'),
      apiKey: ELEVENLABS_KEY,
      voiceIds: [VOICE_ID],
      clock,
    }),
  );
  const speech = keep(
    await startOpenAiSpeechSimulator({ ...slow, voice: voices.voiceOf('openai-speech'), apiKey: OPENAI_KEY }),
  );
  const heygen = keep(
    await startHeyGenSimulator({
      ...slow,
      clip: drawn.clip({ largeBytes }),
      clock,
      apiKey: HEYGEN_KEY,
      lookIds: ['look-of-heygen'],
      renderSeconds: RENDER_SECONDS,
    }),
  );
  // The client signs with the time of the machine.
  const s3 = keep(await startS3Simulator({ ...ACCOUNT, ...slow, clock: systemClock }));
  const simulators: OfEachVendor<Simulator> = {
    openai,
    vibevoice,
    elevenlabs,
    'openai-speech': speech,
    heygen,
    s3,
  };
  const bucket = watchBucket(s3);
  const running = opening.move();
  return {
    faults: ofEachVendor((vendor) => new FaultQueue(simulators[vendor].faults)),
    heygen,
    s3,
    bucket,
    requests: (vendor) => simulators[vendor].requests,
    environment: {
      MOCK_MODE: 'False',
      OPENAI_API_KEY: OPENAI_KEY,
      OPENAI_BASE_URL: `${openai.url}/v1`,
      OPENAI_MODEL: 'gpt-4.1-mini',
      VIBEVOICE_WS_ENDPOINT: `${vibevoice.url.replace('http', 'ws')}/tts`,
      ELEVENLABS_BASE_URL: elevenlabs.url,
      ELEVENLABS_API_KEY: ELEVENLABS_KEY,
      ELEVENLABS_VOICE_ID: VOICE_ID,
      OPENAI_SPEECH_BASE_URL: `${speech.url}/v1`,
      OPENAI_SPEECH_API_KEY: OPENAI_KEY,
      HEYGEN_API_KEY: HEYGEN_KEY,
      HEYGEN_BASE_URL: heygen.url,
      HEYGEN_USD_PER_SECOND: String(USD_PER_SECOND),
      WASABI_ACCESS_KEY: ACCOUNT.accessKey,
      WASABI_SECRET_KEY: ACCOUNT.secretKey,
      WASABI_BUCKET_NAME: ACCOUNT.bucket,
      WASABI_REGION: ACCOUNT.region,
      WASABI_ENDPOINT: s3.url,
    },
    elevenlabs: { url: elevenlabs.url, apiKey: ELEVENLABS_KEY },
    close: () => running.disposeAsync(),
  };
}
