import { VIBEVOICE_CAUSES, ELEVENLABS_CAUSES, OPENAI_SPEECH_CAUSES } from '../support/speech-fault-causes.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import type { Environment } from '../../src/config/load.ts';
import type { SpeechProviderId } from '../../src/tts/speech-provider.ts';
import type { FaultyVendor } from './stage.ts';

/** What a fault must be called when its vendor is given up for it; `harmless` when the speech is good all the same. */
export type Expectation = FailureKind | 'harmless';

/** Who is faulty, who is refused besides, and who must speak then: null when nobody is left. */
export type Arrangement = {
  readonly name: string;
  readonly faulty: FaultyVendor;
  readonly vibevoicePath: 'tts' | 'stream';
  readonly environment: Environment;
  readonly wish?: SpeechProviderId;
  readonly refused: readonly FaultyVendor[];
  readonly successor: SpeechProviderId | null;
  readonly expectations: Readonly<Record<string, Expectation>>;
};

export type FaultCase = {
  readonly arrangement: Arrangement;
  readonly scenario: string;
  readonly expected: Expectation;
  /** The request that meets the fault, from 1. */
  readonly position: number;
  readonly isLasting: boolean;
};

/** One try is enough for a vendor that is refused on purpose. */
const NO_RETRIES: Environment = { VIBEVOICE_MAX_RETRIES: '0' };

export const ARRANGEMENTS: readonly Arrangement[] = [
  {
    name: 'VibeVoice /tts',
    faulty: 'vibevoice',
    vibevoicePath: 'tts',
    environment: {},
    refused: [],
    successor: 'elevenlabs',
    expectations: VIBEVOICE_CAUSES,
  },
  {
    name: 'VibeVoice /stream',
    faulty: 'vibevoice',
    vibevoicePath: 'stream',
    environment: {},
    refused: [],
    successor: 'elevenlabs',
    expectations: VIBEVOICE_CAUSES,
  },
  {
    name: 'ElevenLabs, asked first',
    faulty: 'elevenlabs',
    vibevoicePath: 'tts',
    environment: { TTS_PROVIDER: 'elevenlabs' },
    wish: 'elevenlabs',
    refused: [],
    successor: 'vibevoice',
    expectations: ELEVENLABS_CAUSES,
  },
  {
    name: 'ElevenLabs, as fallback',
    faulty: 'elevenlabs',
    vibevoicePath: 'tts',
    environment: NO_RETRIES,
    refused: ['vibevoice'],
    successor: 'openai-speech',
    expectations: ELEVENLABS_CAUSES,
  },
  {
    name: 'OpenAI-compatible, as last vendor',
    faulty: 'openai-speech',
    vibevoicePath: 'tts',
    environment: { ...NO_RETRIES, TTS_OFFLINE_FALLBACK: 'True' },
    refused: ['vibevoice', 'elevenlabs'],
    successor: 'offline',
    expectations: OPENAI_SPEECH_CAUSES,
  },
  {
    name: 'Every vendor down, no offline voice',
    faulty: 'openai-speech',
    vibevoicePath: 'tts',
    environment: NO_RETRIES,
    refused: ['vibevoice', 'elevenlabs'],
    successor: null,
    expectations: OPENAI_SPEECH_CAUSES,
  },
];

export const UTTERANCES_PER_SCRIPT = 4;

/**
 * Every fault of every vendor at every request of a script, once and lasting. Where nobody is left, only what cannot be
 * survived.
 */
export function allFaultCases(): FaultCase[] {
  return ARRANGEMENTS.flatMap((arrangement) =>
    Object.entries(arrangement.expectations).flatMap(([scenario, expected]) =>
      Array.from({ length: UTTERANCES_PER_SCRIPT }, (_, index) => index + 1).flatMap((position) =>
        [false, true]
          .map((isLasting) => ({ arrangement, scenario, expected, position, isLasting }))
          .filter(({ isLasting }) => arrangement.successor !== null || (isLasting && expected !== 'harmless')),
      ),
    ),
  );
}

export function describeCase({ arrangement, scenario, isLasting }: FaultCase): string {
  return `${arrangement.name}: ${scenario}${isLasting ? ', lasting' : ', once'}`;
}
