import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderProviders } from './provider-order.ts';
import type { LanguageTag, SpeechProvider, SpeechProviderId } from './speech-provider.ts';

function provider(id: SpeechProviderId, languages: readonly LanguageTag[] | 'any' = 'any'): SpeechProvider {
  return {
    id,
    capabilities: { languages, alignment: 'none', paid: id !== 'offline' },
    voiceIdentity: () => ({ vendorVoiceId: null, model: null }),
    estimateUsd: () => 0,
    synthesize: () => Promise.reject(new Error('not asked to speak here')),
  };
}

const ALL = [
  provider('offline'),
  provider('openai-speech'),
  provider('elevenlabs'),
  provider('vibevoice', ['en', 'zh']),
];

function order(language: LanguageTag, wish?: SpeechProviderId, isOfflineAllowed = true, providers = ALL): string {
  return orderProviders({ providers, language, wish, isOfflineAllowed })
    .map(({ id }) => id)
    .join(' ');
}

test('English begins with VibeVoice, other languages with ElevenLabs, and offline comes last', () => {
  for (const tag of ['en', 'en-GB', 'EN-us']) assert.equal(order(tag), 'vibevoice elevenlabs openai-speech offline');
  assert.equal(order('zh-CN'), 'elevenlabs openai-speech vibevoice offline');
  assert.equal(order('fr'), 'elevenlabs openai-speech offline');
});

test('a wish comes first and keeps the others as fallback; offline must be allowed or wished for', () => {
  assert.equal(order('en', 'elevenlabs'), 'elevenlabs vibevoice openai-speech offline');
  assert.equal(order('fr', 'vibevoice'), 'elevenlabs openai-speech offline', 'a wish cannot teach a language');
  assert.equal(order('en', undefined, false), 'vibevoice elevenlabs openai-speech');
  assert.equal(order('en', 'offline', false), 'offline vibevoice elevenlabs openai-speech');
});

test('a regional voice does not speak another region; there may be nobody at all', () => {
  const regional = [provider('elevenlabs', ['pt-BR'])];
  assert.equal(order('pt-br', undefined, false, regional), 'elevenlabs');
  assert.equal(order('pt-PT', undefined, false, regional), '');
});
