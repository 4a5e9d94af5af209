import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptionWord } from '../../brief.ts';
import { createSpeechRhythm, type SpeechRhythm } from './speech-rhythm.ts';

test('sentences come from the captions, with their questions, in any script and inside quotation marks', () => {
  const rhythm = rhythmOf('Is it late? No. “Are you sure?” 你好吗？ هل أنت؟ Yes; indeed.');
  assert.deepEqual(
    rhythm.sentences.map((sentence) => sentence.isQuestion),
    [true, false, true, true, true, false],
  );
});

test('a semicolon asks nothing', () => {
  assert.deepEqual(
    rhythmOf('Wait;', true).sentences.map((sentence) => sentence.isQuestion),
    [false],
  );
});

test('the loudest long words are stressed, function words are not, and stresses keep their distance', () => {
  const rhythm = rhythmOf('the PROBLEM is not the computer but the PERSON in front of it and the IDEA of a machine');
  const strongWords = rhythm.strongEmphases.map((emphasis) => Math.floor((emphasis.atSeconds - 0.2) / 0.4));
  assert.ok(strongWords.includes(1) && strongWords.includes(8));
  for (const emphases of [rhythm.strongEmphases, rhythm.lightEmphases]) {
    emphases.forEach((emphasis, index) => {
      assert.ok(emphasis.strength >= 0 && emphasis.strength <= 1);
      const previous = emphases[index - 1];
      if (previous !== undefined) assert.ok(emphasis.atSeconds - previous.atSeconds >= 0.45);
    });
  }
  const words = 'the PROBLEM is not the computer but the PERSON in front of it and the IDEA of a machine'.split(' ');
  for (const index of strongWords) assert.ok(words[index]!.length > 3, words[index]);
});

test('pauses separate phrases, the closures of stops do not', () => {
  const phonemes = [
    { phoneme: 'ɑ', startSeconds: 0.2, endSeconds: 0.5, stressed: true },
    { phoneme: 't', startSeconds: 0.6, endSeconds: 0.65, stressed: false },
    { phoneme: 'sil', startSeconds: 0.65, endSeconds: 1.2, stressed: false },
    { phoneme: 'ɑ', startSeconds: 1.2, endSeconds: 1.5, stressed: true },
  ];
  const rhythm = createSpeechRhythm({
    alignment: { words: [], phonemes },
    energy: { stepSeconds: 0.01, values: new Float32Array(0) },
  });
  assert.deepEqual(rhythm.phrases, [
    { startSeconds: 0.2, endSeconds: 0.65 },
    { startSeconds: 1.2, endSeconds: 1.5 },
  ]);
  assert.equal(rhythm.sentences.length, 2);
});

/** 0.4 s a word; words in capitals are loud. */
function rhythmOf(text: string, endAnyway = false): SpeechRhythm {
  const captionWords = text.split(' ').map((word, index): CaptionWord => ({
    text: word,
    startSeconds: 0.2 + index * 0.4,
    endSeconds: 0.55 + index * 0.4,
    joinsPrevious: false,
    endsSentence: endAnyway || /[.?？؟][”"]?$/u.test(word),
  }));
  const values = Float32Array.from({ length: captionWords.length * 40 + 60 }, (_, index) => {
    const word = captionWords[Math.floor((index - 20) / 40)];
    return word === undefined ? 0 : /\p{Lu}{2}/u.test(word.text) ? 1 : 0.7;
  });
  return createSpeechRhythm({
    alignment: { words: captionWords.map((word) => ({ ...word, start: 0, end: 0 })), phonemes: [] },
    energy: { stepSeconds: 0.01, values },
    captionWords,
  });
}
