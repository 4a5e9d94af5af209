import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createTestRules } from '../../test/fixtures/request-rules.ts';
import { InvalidRequestError } from './invalid-request.ts';
import type { RequestIssue } from './invalid-request.ts';
import { parseVideoRequest } from './video-request.ts';
import type { VideoRequestBody } from './video-request.ts';

const RULES = createTestRules();
/** The same without the limit of the speech, so that the limit of the script is reached first. */
const LONG_SPEECH = { ...RULES, limits: { ...RULES.limits, maxSpeechSeconds: 600 } };

const BODY: VideoRequestBody = { script: 'Hello there.', template: 'presenter1', userId: 'user@example.com' };

function issuesOf(overrides: object, rules = RULES): readonly RequestIssue[] {
  try {
    parseVideoRequest({ ...BODY, ...overrides }, rules);
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError, String(error));
    return error.issues;
  }
  return [];
}

function onlyIssue(overrides: object, rules = RULES): RequestIssue {
  const issues = issuesOf(overrides, rules);
  assert.equal(issues.length, 1, JSON.stringify(issues));
  return issues[0]!;
}

test('what a request leaves open is chosen for it', () => {
  const request = parseVideoRequest(BODY, RULES);
  assert.equal(request.title, null);
  assert.equal(request.presenter, 'amara');
  assert.equal(request.aspectRatio, '16:9');
  assert.equal(request.language, 'en');
  assert.deepEqual(request.voice, { profile: 'professional', style: 'calm', seed: 7 });
  assert.deepEqual(request.captions, { burned: true, style: 'highlight' });
  assert.ok(request.estimatedSpeechSeconds > 0);
});

test('what a request says is kept', () => {
  const request = parseVideoRequest(
    { ...BODY, title: ' Hi ', presenter: 'amara', language: 'EN-gb', voice: { seed: 0 }, captions: { burned: false } },
    RULES,
  );
  assert.equal(request.title, 'Hi');
  assert.equal(request.language, 'en-GB');
  assert.deepEqual(request.voice, { profile: 'professional', style: 'calm', seed: 0 });
  assert.equal(request.captions.burned, false);
});

test('the script is stored as it was typed, down to the last byte', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const script = `A${text.replaceAll(/(?![\t\n\r])\p{Cc}/gu, '')}`;
      assert.equal(
        parseVideoRequest({ ...BODY, script, language: 'en', captions: { burned: false } }, RULES).script,
        script,
      );
    }),
  );
});

test('a script without anything to say is refused', () => {
  for (const script of ['', ' ', '\n\t ', '\u200b\u2060', '...', '?!', '🙂🙃', '—']) {
    const issue = onlyIssue({ script });
    assert.equal(issue.code, 'empty_script', JSON.stringify(script));
    assert.equal(issue.pointer, '/script');
  }
});

test('the limit counts characters as a reader sees them, and is exact', () => {
  const wide: Readonly<Record<string, string>> = {
    'one letter': 'a',
    'a letter with two combining accents': 'e\u0301\u0323',
    'an emoji of seven code points': '👩‍👩‍👧‍👦',
    'a flag': '🇩🇪',
    'a surrogate pair': '𝒜',
  };
  for (const [name, character] of Object.entries(wide)) {
    const fits = `a${character.repeat(2999)}`;
    assert.deepEqual(issuesOf({ script: fits, language: 'en' }, LONG_SPEECH), [], name);
    const issue = onlyIssue({ script: `${fits}${character}`, language: 'en' }, LONG_SPEECH);
    assert.deepEqual(issue, {
      pointer: '/script',
      code: 'script_too_long',
      rule: 'must be at most 3000 characters',
      value: 3001,
    });
  }
});

test('a script whose speech would be too long is refused with its length', () => {
  const issue = onlyIssue({ script: 'A sentence of some length is said again. '.repeat(50) });
  assert.equal(issue.code, 'speech_too_long');
  assert.equal(issue.rule, 'must take at most 90 seconds to say');
  assert.ok(typeof issue.value === 'number' && issue.value > 90);
});

test('a script that may fit within the error of the estimate is not refused', () => {
  const sentence = 'A sentence of some length is said again. ';
  const secondsOf = (count: number): number => RULES.measure.estimateSpeechSeconds(sentence.repeat(count), 'en');
  const count = Array.from({ length: 100 }, (_, index) => index).find((index) => secondsOf(index) > 90) ?? 0;
  assert.ok(secondsOf(count) < 95);
  assert.deepEqual(issuesOf({ script: sentence.repeat(count), language: 'en' }), []);
});

test('what the voices or the fonts cannot do is said before anything is made', () => {
  assert.deepEqual(onlyIssue({ script: '今日はいい天気です。', language: 'ja' }), {
    pointer: '/script',
    code: 'kanji_unsupported',
    rule: 'must be written in kana, which is all that the Japanese voice reads',
    value: 'kanji at position 0',
  });
  assert.deepEqual(issuesOf({ script: 'きょうは いい てんきです。', language: 'ja' }), []);
  assert.equal(onlyIssue({ script: 'আজ আবহাওয়া ভালো।', language: 'bn' }).pointer, '/captions/burned');
  assert.deepEqual(issuesOf({ script: 'আজ আবহাওয়া ভালো।', language: 'bn', captions: { burned: false } }), []);
  assert.equal(onlyIssue({ title: 'আজ' }).pointer, '/title');
  assert.deepEqual(issuesOf({ script: 'Vädret är fint i dag.', language: 'sv' }), []);
});

test('text that no encoder can write is refused by its place', () => {
  assert.deepEqual(onlyIssue({ script: 'ab\ud800c' }), {
    pointer: '/script',
    code: 'invalid_text',
    rule: 'must be well-formed Unicode, without lone surrogates',
    value: 'a lone surrogate at position 2',
  });
  assert.equal(onlyIssue({ userId: '\udfff' }).code, 'invalid_text');
  assert.equal(onlyIssue({ title: '\udbff' }).code, 'invalid_text');
  assert.equal(onlyIssue({ script: 'a\0b' }).value, 'U+0000 at position 1');
  assert.equal(onlyIssue({ script: 'a\u0085b' }).value, 'U+0085 at position 1');
  assert.deepEqual(issuesOf({ script: 'a\tb\r\nc' }), []);
});

test('unknown names are refused with those there are', () => {
  assert.deepEqual(onlyIssue({ template: 'presenter9' }), {
    pointer: '/template',
    code: 'unknown_template',
    rule: 'must be one of "presenter1"',
    value: 'presenter9',
  });
  assert.equal(onlyIssue({ presenter: 'nobody' }).code, 'unknown_presenter');
  for (const template of ['constructor', '__proto__', 'toString', '']) {
    assert.equal(onlyIssue({ template }).code, 'unknown_template', template);
  }
  assert.equal(onlyIssue({ template: 'x'.repeat(5000) }).value?.toString().length, 81);
});

test('a language must be a tag, and one that a voice speaks', () => {
  assert.equal(onlyIssue({ language: 'not a tag' }).code, 'invalid_value');
  assert.equal(onlyIssue({ language: '' }).code, 'invalid_value');
  const issue = onlyIssue({ language: 'tlh' });
  assert.equal(issue.code, 'unsupported_language');
  assert.equal(issue.pointer, '/language');
});

test('userId and title are one line of a limited length', () => {
  for (const userId of ['', '   ', 'a\nb', 'x'.repeat(201)])
    assert.equal(onlyIssue({ userId }).pointer, '/userId', userId);
  for (const title of ['', ' ', 'a\nb', 'x'.repeat(121)]) assert.equal(onlyIssue({ title }).pointer, '/title', title);
  assert.deepEqual(issuesOf({ userId: 'x'.repeat(200), title: '👩‍👩‍👧‍👦'.repeat(120) }), []);
});

test('every broken rule is told at once, and no message repeats the script', () => {
  const script = `planted words ${'x'.repeat(4000)}`;
  assert.throws(
    () =>
      parseVideoRequest({ ...BODY, script, template: 'none', presenter: 'none', userId: '', language: 'tlh' }, RULES),
    (error: InvalidRequestError) => {
      assert.deepEqual(
        error.issues.map((issue) => issue.pointer),
        ['/script', '/language', '/template', '/userId', '/presenter'],
      );
      assert.doesNotMatch(error.message + JSON.stringify(error.issues), /planted/);
      return true;
    },
  );
});
