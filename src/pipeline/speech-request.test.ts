import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestRules } from '../../test/fixtures/request-rules.ts';
import { InvalidRequestError } from './invalid-request.ts';
import { parseSpeechRequest } from './speech-request.ts';
import type { SpeechRequestBody } from './speech-request.ts';

const RULES = createTestRules();

function parse(body: SpeechRequestBody) {
  return parseSpeechRequest(body, RULES, ['vibevoice', 'offline']);
}

test('what a request for speech leaves open is chosen for it', () => {
  assert.deepEqual(parse({ text: 'Guten Morgen, wie geht es Ihnen heute?' }), {
    text: 'Guten Morgen, wie geht es Ihnen heute?',
    userId: 'anonymous',
    language: 'de',
    voice: { profile: 'professional', style: 'calm', seed: 7 },
    provider: undefined,
  });
});

test('what it says is kept', () => {
  const request = parse({
    text: 'Hi',
    userId: 'ann',
    language: 'EN-gb',
    voice: { style: 'excited' },
    provider: 'offline',
  });
  assert.equal(request.userId, 'ann');
  assert.equal(request.language, 'en-GB');
  assert.deepEqual(request.voice, { profile: 'professional', style: 'excited', seed: 7 });
  assert.equal(request.provider, 'offline');
});

test('a text obeys the rules of a script, a text without captions those of fonts not', () => {
  assert.equal(parse({ text: 'আজ আবহাওয়া ভালো।', language: 'bn' }).language, 'bn');
  assert.throws(
    () => parse({ text: `planted ${'x'.repeat(4000)}`, language: 'tlh', provider: 'elevenlabs', userId: '' }),
    (error: InvalidRequestError) => {
      assert.ok(error instanceof InvalidRequestError);
      assert.deepEqual(
        error.issues.map(({ pointer, code }) => [pointer, code]),
        [
          ['/text', 'script_too_long'],
          ['/language', 'unsupported_language'],
          ['/provider', 'provider_not_configured'],
          ['/userId', 'invalid_value'],
        ],
      );
      assert.doesNotMatch(error.message, /planted/);
      return true;
    },
  );
});
