import { AppError } from '../../core/errors.ts';
import { durationSeconds } from '../../media/pcm.ts';
import type { Speech, SpeechProviderId } from '../speech-provider.ts';
import type { VoicePolicy } from '../voice-consistency.ts';

/**
 * Watches the length of a script while it is being spoken, so that nothing more is paid for once it is too long. `add` throws
 * AppError `speech_too_long`. With one voice for all, what another voice had spoken before does not count.
 */
export function createLengthLimit(longestSeconds: number, voicePolicy: VoicePolicy) {
  const seconds = new Map<number, number>();
  let voice: SpeechProviderId | undefined;
  return {
    add(utteranceIndex: number, provider: SpeechProviderId, { pcm }: Speech): void {
      if (voicePolicy === 'same' && provider !== voice) seconds.clear();
      voice = provider;
      seconds.set(utteranceIndex, durationSeconds(pcm));
      const total = seconds.values().reduce((sum, part) => sum + part, 0);
      if (total <= longestSeconds) return;
      throw new AppError({
        code: 'speech_too_long',
        kind: 'invalid_input',
        message: `The utterances may take ${longestSeconds.toFixed(1)} s together; ${seconds.size} of them take ${total.toFixed(1)} s already.`,
      });
    },
  };
}
