import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isPlaceholder } from './placeholder.ts';

test('what stands in examples is no key', () => {
  const examples = [
    'YOUR_KEY_HERE',
    'sk-proj-YOUR_KEY_HERE',
    'sk-proj-YOUR…',
    'your-api-key',
    'your_secret_access_key',
    'changeme',
    'change-me-please',
    'replace_with_your_key',
    'insert-your-key-here',
    'AKIAIOSFODNN7EXAMPLEKEY',
    '<api key>',
    'sk-xxxxxxxxxxxxxxxx',
    'sk-proj-...',
    '00000000',
    '********',
  ];
  for (const example of examples) assert.ok(isPlaceholder(example), example);
});

test('keys as vendors make them are keys', () => {
  const shapes = [
    /^sk-proj-[A-Za-z0-9_-]{40}$/,
    /^sk_[0-9a-f]{48}$/,
    /^[A-Z0-9]{20}$/,
    /^[A-Za-z0-9+/]{40}$/,
    /^[A-Za-z0-9]{32}==$/,
  ];
  fc.assert(
    fc.property(fc.oneof(...shapes.map((shape) => fc.stringMatching(shape))), (key) => {
      // One that repeats a character as often as an example does is not met in a lifetime, but fast-check likes to try it.
      fc.pre(!/(.)\1{3}/.test(key));
      assert.ok(!isPlaceholder(key), key);
    }),
  );
  for (const key of ['simulated-openai-key', 'only-for-this-test', 'hunter2hunter2'])
    assert.ok(!isPlaceholder(key), key);
});
