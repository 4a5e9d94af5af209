import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { baseLanguage, canonicalLanguageTag } from './language.ts';

describe('language tags', () => {
  test('are put into their canonical form or refused', () => {
    assert.equal(canonicalLanguageTag('EN-us'), 'en-US');
    assert.equal(canonicalLanguageTag('zh-hans-cn'), 'zh-Hans-CN');
    for (const tag of ['', 'e', 'english language', 'en_US', '../en'])
      assert.equal(canonicalLanguageTag(tag), undefined);
  });

  test('have a base language', () => {
    assert.equal(baseLanguage('pt-BR'), 'pt');
    assert.equal(baseLanguage('EN'), 'en');
  });
});
