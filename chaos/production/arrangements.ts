import type { Environment } from '../../src/config/load.ts';
import type { SpeechProviderId } from '../../src/tts/speech-provider.ts';
import type { Vendor } from './vendors.ts';

/** A configuration of production mode, and whose faults are tried under it. */
export type Arrangement = {
  readonly name: string;
  readonly environment: Environment;
  readonly faulty: readonly Vendor[];
  readonly speaker: SpeechProviderId;
  /** Who speaks when the speaker cannot; null for nobody. */
  readonly secondSpeaker: SpeechProviderId | null;
  readonly maker: 'engine' | 'heygen';
  /** Whether our engine stands in for HeyGen. */
  readonly engineStandsIn: boolean;
  /** HeyGen's files are at least that long. */
  readonly largeBytes: number;
  /** The speaker refuses everything, so that the second one has to speak. */
  readonly isSpeakerDown?: boolean;
};

const OWN_ENGINE = { maker: 'engine', engineStandsIn: false, largeBytes: 0 } as const;
const VIBEVOICE_ALONE = { speaker: 'vibevoice', secondSpeaker: null } as const;
const WITHOUT_ELEVENLABS = { ELEVENLABS_API_KEY: '' };
const WITHOUT_VIBEVOICE = { VIBEVOICE_WS_ENDPOINT: '' };
const WITHOUT_OPENAI_SPEECH = { OPENAI_SPEECH_BASE_URL: '' };
const ENGINE = { VIDEO_PROVIDER: 'engine' };
const HEYGEN = { VIDEO_PROVIDER: 'heygen' };
/** More than one part. */
const LARGE_BYTES = 6 * 2 ** 20;

export const ARRANGEMENTS: readonly Arrangement[] = [
  {
    ...OWN_ENGINE,
    name: 'VibeVoice, then ElevenLabs; our engine',
    environment: { ...ENGINE, ...WITHOUT_OPENAI_SPEECH },
    faulty: ['openai', 'vibevoice'],
    speaker: 'vibevoice',
    secondSpeaker: 'elevenlabs',
  },
  {
    ...OWN_ENGINE,
    ...VIBEVOICE_ALONE,
    name: 'VibeVoice alone; our engine',
    environment: { ...ENGINE, ...WITHOUT_ELEVENLABS, ...WITHOUT_OPENAI_SPEECH },
    faulty: ['vibevoice'],
  },
  {
    ...OWN_ENGINE,
    name: 'ElevenLabs, then VibeVoice; our engine',
    environment: { ...ENGINE, ...WITHOUT_OPENAI_SPEECH, TTS_PROVIDER: 'elevenlabs' },
    faulty: ['elevenlabs', 's3'],
    speaker: 'elevenlabs',
    secondSpeaker: 'vibevoice',
  },
  {
    ...OWN_ENGINE,
    name: 'ElevenLabs alone; our engine',
    environment: { ...ENGINE, ...WITHOUT_OPENAI_SPEECH, ...WITHOUT_VIBEVOICE, TTS_PROVIDER: 'elevenlabs' },
    faulty: ['elevenlabs'],
    speaker: 'elevenlabs',
    secondSpeaker: null,
  },
  {
    ...OWN_ENGINE,
    name: 'VibeVoice is down, then an OpenAI-compatible voice; our engine',
    environment: { ...ENGINE, ...WITHOUT_ELEVENLABS, VIBEVOICE_MAX_RETRIES: '0' },
    faulty: ['openai-speech'],
    speaker: 'vibevoice',
    secondSpeaker: 'openai-speech',
    isSpeakerDown: true,
  },
  {
    ...VIBEVOICE_ALONE,
    name: 'VibeVoice; HeyGen, then our engine',
    environment: { ...HEYGEN, ...WITHOUT_ELEVENLABS, ...WITHOUT_OPENAI_SPEECH },
    faulty: ['heygen'],
    maker: 'heygen',
    engineStandsIn: true,
    largeBytes: 0,
  },
  {
    ...VIBEVOICE_ALONE,
    name: 'VibeVoice; HeyGen alone',
    environment: { ...HEYGEN, ...WITHOUT_ELEVENLABS, ...WITHOUT_OPENAI_SPEECH, VIDEO_FALLBACK: 'none' },
    faulty: ['heygen'],
    maker: 'heygen',
    engineStandsIn: false,
    largeBytes: 0,
  },
  {
    ...VIBEVOICE_ALONE,
    name: 'VibeVoice; HeyGen, with files of two parts',
    environment: { ...HEYGEN, ...WITHOUT_ELEVENLABS, ...WITHOUT_OPENAI_SPEECH },
    faulty: ['s3'],
    maker: 'heygen',
    engineStandsIn: true,
    largeBytes: LARGE_BYTES,
  },
];
