import { detectLanguage } from '../script/detect-language.ts';
import type { SimulatorVoice } from '../simulators/simulator.ts';
import { simulatedWriter } from './simulated-writer.ts';
import { startSimulatedVendors } from '../simulators/simulated-vendors.ts';
import type { SimulatedVendors, SimulatedVendorsOptions } from '../simulators/simulated-vendors.ts';
import { createOfflineProvider } from '../tts/providers/offline.ts';
import type { OfflineProvider } from '../tts/providers/offline.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';

/** The vendors' most spoken; with more, a short English text would now and then be heard as a rare language. */
const HEARD_LANGUAGES = ['en', 'es', 'fr', 'de', 'it', 'nl', 'pt', 'pl', 'ru', 'tr', 'hi', 'ar', 'zh', 'ko', 'ja'];
/** Style, profile and seed are the simulators' own to show. */
const PLAIN_VOICE: VoiceChoice = { profile: 'default', style: 'neutral', seed: 0 };

/**
 * The simulators of the speech vendors with the offline voice behind them; closing them closes the voice. Throws AppError
 * `port_unavailable`.
 */
export async function startVendorsWithVoice(
  options: Omit<SimulatedVendorsOptions, 'voice' | 'writer' | 'detectLanguage'>,
): Promise<SimulatedVendors> {
  const offline = createOfflineProvider();
  try {
    const vendors = await startSimulatedVendors({
      ...options,
      voice: simulatorVoice(offline),
      writer: simulatedWriter,
      detectLanguage: (text) => detectLanguage(text, { supported: HEARD_LANGUAGES, fallback: 'en' }),
    });
    return {
      ...vendors,
      async close() {
        await vendors.close();
        await offline.close();
      },
    };
  } catch (thrown) {
    await offline.close();
    throw thrown;
  }
}

function simulatorVoice(offline: OfflineProvider): SimulatorVoice {
  return async ({ text, language }, signal) => {
    const { pcm, alignment } = await offline.synthesize({ text, language, voice: PLAIN_VOICE }, { signal });
    return { pcm, alignment: alignment ?? { words: [], phonemes: [] } };
  };
}
