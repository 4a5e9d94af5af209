import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import type { SimulatorVoice } from '../../src/simulators/simulator.ts';
import { createOfflineProvider } from '../../src/tts/providers/offline.ts';

/**
 * A VibeVoice server in a process of its own, so that its work is not counted as the client's. It has spoken every text
 * once before it is asked, and sends as fast as the client reads: what is left to measure is the way.
 */
const offline = createOfflineProvider();
const spoken = new Map<string, ReturnType<SimulatorVoice>>();
const voice: SimulatorVoice = ({ text, language }) => {
  const known = spoken.get(text);
  if (known !== undefined) return known;
  const choice = { profile: 'default', style: 'neutral', seed: 0 } as const;
  const speech = offline
    .synthesize({ text, language, voice: choice }, { signal: AbortSignal.timeout(60_000) })
    .then(({ pcm, alignment }) => ({ pcm, alignment: alignment ?? { words: [], phonemes: [] } }));
  spoken.set(text, speech);
  return speech;
};
const simulator = await startVibeVoiceSimulator({ voice });
process.send?.(simulator.url);
process.once('disconnect', () => void simulator.close().then(() => offline.close()));
