import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSpeechKey, isKey, type SpeechIdentity } from './speech-key.ts';

const IDENTITY: SpeechIdentity = {
  text: 'Hello there.',
  provider: 'vibevoice',
  voice: { profile: 'default', style: 'calm', seed: 7 },
  vendorVoiceId: 'carter',
  model: null,
  language: 'en',
};

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a', '\ud800', '\udc00', '"', '","', 'null'),
);
const anyIdentity: fc.Arbitrary<SpeechIdentity> = fc.record({
  text: anyText,
  provider: fc.constantFrom('vibevoice', 'elevenlabs', 'openai-speech', 'offline'),
  voice: fc.record({
    profile: fc.constantFrom('default', 'professional', 'casual'),
    style: fc.constantFrom('neutral', 'excited', 'calm'),
    seed: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((seed) => seed + 0),
  }),
  vendorVoiceId: fc.option(anyText),
  model: fc.option(anyText),
  language: anyText,
});

const fieldsOf = ({ voice, ...rest }: SpeechIdentity): readonly unknown[] => [
  rest.text,
  rest.provider,
  voice.profile,
  voice.style,
  voice.seed,
  rest.vendorVoiceId,
  rest.model,
  rest.language,
];

test('different identities have different keys', () => {
  fc.assert(
    fc.property(anyIdentity, anyIdentity, (one, other) => {
      const isSame = fieldsOf(one).every((field, index) => Object.is(field, fieldsOf(other)[index]));
      assert.equal(createSpeechKey(one) === createSpeechKey(other), isSame);
    }),
    { numRuns: 2000 },
  );
});

test('a change of any one field changes the key', () => {
  fc.assert(
    fc.property(anyIdentity, anyIdentity, (one, other) => {
      const { voice } = one;
      const variants: readonly SpeechIdentity[] = [
        { ...one, text: other.text },
        { ...one, provider: other.provider },
        { ...one, voice: { ...voice, profile: other.voice.profile } },
        { ...one, voice: { ...voice, style: other.voice.style } },
        { ...one, voice: { ...voice, seed: other.voice.seed } },
        { ...one, vendorVoiceId: other.vendorVoiceId },
        { ...one, model: other.model },
        { ...one, language: other.language },
      ];
      for (const [index, variant] of variants.entries()) {
        const isSame = fieldsOf(one)[index] === fieldsOf(variant)[index];
        assert.equal(createSpeechKey(variant) === createSpeechKey(one), isSame, `field ${index}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('fields do not run into each other', () => {
  const key = (changes: Partial<SpeechIdentity>): string => createSpeechKey({ ...IDENTITY, ...changes });
  assert.notEqual(key({ vendorVoiceId: 'ab', model: 'c' }), key({ vendorVoiceId: 'a', model: 'bc' }));
  assert.notEqual(key({ vendorVoiceId: 'x', model: null }), key({ vendorVoiceId: null, model: 'x' }));
  assert.notEqual(key({ model: null }), key({ model: 'null' }));
  assert.notEqual(key({ model: null }), key({ model: '' }));
  assert.notEqual(key({ text: '\ud800' }), key({ text: '\udc00' }));
  assert.notEqual(key({ text: '\ud800' }), key({ text: String.raw`\ud800` }));
});

test('the order of properties and further properties do not count', () => {
  fc.assert(
    fc.property(anyIdentity, fc.string(), (identity, user) => {
      const reversed = Object.fromEntries(Object.entries(identity).toReversed()) as SpeechIdentity;
      const voice = Object.fromEntries(Object.entries(identity.voice).toReversed()) as SpeechIdentity['voice'];
      const other = { ...reversed, voice: { ...voice, user }, user };
      assert.equal(createSpeechKey(other), createSpeechKey(identity));
    }),
  );
});

test('a key is 64 hexadecimal digits, the same in every version of this format', () => {
  assert.ok(isKey(createSpeechKey(IDENTITY)));
  assert.equal(createSpeechKey(IDENTITY), '4436559f4716eb4895f6b12de7ded01b8c616bfc61c4100f75c25c7967583bfa');
  assert.ok(!isKey('../../etc/passwd'));
});

test('a seed that is no number is refused', () => {
  for (const seed of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const voice = { ...IDENTITY.voice, seed };
    assert.throws(() => createSpeechKey({ ...IDENTITY, voice }), { kind: 'invalid_input', message: /finite/ });
  }
});
