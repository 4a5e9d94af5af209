import type { VibeVoiceScenario } from './scenarios.ts';

/** The voices of microsoft/VibeVoice, demo/voices/streaming_model/*.pt, as its `GET /config` lists them. */
const PRESETS: readonly string[] = [
  'de-Spk0_man',
  'de-Spk1_woman',
  'en-Carter_man',
  'en-Davis_man',
  'en-Emma_woman',
  'en-Frank_man',
  'en-Grace_woman',
  'en-Mike_man',
  'fr-Spk0_man',
  'fr-Spk1_woman',
  'in-Samuel_man',
  'it-Spk0_woman',
  'it-Spk1_man',
  'jp-Spk0_man',
  'jp-Spk1_woman',
  'kr-Spk0_woman',
  'kr-Spk1_man',
  'nl-Spk0_man',
  'nl-Spk1_woman',
  'pl-Spk0_man',
  'pl-Spk1_woman',
  'pt-Spk0_woman',
  'pt-Spk1_man',
  'sp-Spk0_woman',
  'sp-Spk1_man',
];

/** demo/web/app.py, when VOICE_PRESET is not set. */
export const DEFAULT_PRESET = 'en-Carter_man';

/** The voices that a server with this fault has. */
export function presetsUnder(scenario: VibeVoiceScenario | undefined): readonly string[] {
  return scenario === 'voices-removed' ? [DEFAULT_PRESET] : PRESETS;
}

const LANGUAGE_OF_PREFIX: Readonly<Record<string, string>> = { in: 'en', jp: 'ja', kr: 'ko', sp: 'es' };

/** The language that a preset speaks; their prefixes are not ISO codes. */
export function languageOfPreset(preset: string): string {
  const prefix = preset.slice(0, preset.indexOf('-'));
  return LANGUAGE_OF_PREFIX[prefix] ?? prefix;
}
