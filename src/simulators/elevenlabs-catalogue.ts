import { jsonAnswer, type SimulatedAnswer } from './http-simulator.ts';

/** What the lists of the vendor hold here. Field names: serialization types of @elevenlabs/elevenlabs-js 2.73. */
export type SimulatedModel = {
  readonly id: string;
  readonly longestText: number;
  readonly creditsPerCharacter: number;
};

/** Longest texts and credits: elevenlabs.io/docs, models page of August 2025. */
export const MODELS: readonly SimulatedModel[] = [
  { id: 'eleven_v3', longestText: 3000, creditsPerCharacter: 1 },
  { id: 'eleven_multilingual_v2', longestText: 10_000, creditsPerCharacter: 1 },
  { id: 'eleven_flash_v2_5', longestText: 40_000, creditsPerCharacter: 0.5 },
  { id: 'eleven_turbo_v2_5', longestText: 40_000, creditsPerCharacter: 0.5 },
];

export function voiceList(voiceIds: readonly string[]): object {
  return { voices: voiceIds.map(voiceOf) };
}

/** One voice; undefined when there is none with this id. */
export function voiceAnswer(voiceIds: readonly string[], id: string): SimulatedAnswer | undefined {
  const index = voiceIds.indexOf(id);
  return index < 0 ? undefined : jsonAnswer(200, voiceOf(id, index));
}

function voiceOf(id: string, index: number): object {
  return {
    voice_id: id,
    name: `Simulated voice ${index + 1}`,
    category: 'premade',
    labels: {},
    preview_url: null,
    settings: null,
    high_quality_base_model_ids: MODELS.map((model) => model.id),
    verified_languages: [],
  };
}

export function modelList(): object[] {
  return MODELS.map((model) => ({
    model_id: model.id,
    name: model.id,
    can_do_text_to_speech: true,
    token_cost_factor: model.creditsPerCharacter,
    maximum_text_length_per_request: model.longestText,
    languages: [{ language_id: 'en', name: 'English' }],
    model_rates: { character_cost_multiplier: model.creditsPerCharacter },
  }));
}

export function subscription(usedCredits: number, creditLimit: number): object {
  return {
    tier: 'creator',
    character_count: usedCredits,
    character_limit: creditLimit,
    max_credit_limit_extension: 0,
    can_extend_character_limit: false,
    allowed_to_extend_character_limit: false,
    next_character_count_reset_unix: null,
    voice_slots_used: 0,
    professional_voice_slots_used: 0,
    professional_voice_slots_used_in_workspace: 0,
    voice_limit: 30,
    voice_add_edit_counter: 0,
    professional_voice_limit: 1,
    can_extend_voice_limit: false,
    can_use_instant_voice_cloning: true,
    can_use_professional_voice_cloning: true,
    currency: 'usd',
    current_overage: { amount: '0', currency: 'usd' },
    status: 'active',
    open_invoices: [],
    has_open_invoices: false,
  };
}
