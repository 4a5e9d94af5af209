import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pcm } from '../../../media/pcm.ts';
import { wordSpans } from '../../../media/words.ts';
import { alignGroups, groupSounds, sharedWords } from './espeak-alignment.ts';
import type { EspeakEvent } from './espeak-process.ts';
import { textForEspeak } from './espeak-text.ts';

const SILENCE: Pcm = { samples: new Float32Array(22_050 * 2), sampleRateHz: 22_050 };

/** Word events as `@text`, with the word as it stands in the text; sounds as they are; each 100 ms after the last. */
function events(text: string, ...entries: readonly string[]): EspeakEvent[] {
  let atMilliseconds = 0;
  let searched = -1;
  return entries.map((entry): EspeakEvent => {
    if (!entry.startsWith('@')) {
      atMilliseconds += 100;
      return { type: 'phoneme', atMilliseconds: atMilliseconds - 100, textPosition: 0, id: entry };
    }
    searched = text.indexOf(entry.slice(1), searched + 1);
    return { type: 'word', atMilliseconds, textPosition: Array.from(text.slice(0, searched)).length + 1 };
  });
}

function align(
  text: string,
  eventList: readonly EspeakEvent[],
  alone: Readonly<Record<string, readonly string[]>> = {},
  pcm = SILENCE,
): { words: string[]; phonemes: string[]; shared: string[] } {
  const words = wordSpans(text, 'en');
  const spoken = groupSounds(eventList, words, textForEspeak(text).offsets, pcm);
  const shared = sharedWords(spoken.groups);
  const alignment = alignGroups(
    spoken,
    words,
    new Map(shared.map((index) => [index, alone[words[index]?.text ?? ''] ?? []])),
  );
  const time = (seconds: number): string => String(Math.round(seconds * 1000));
  return {
    shared: shared.map((index) => words[index]?.text ?? ''),
    words: alignment.words.map((w) => `${w.text} ${time(w.startSeconds)}-${time(w.endSeconds)}`),
    phonemes: alignment.phonemes.map((p) => `${p.phoneme} ${time(p.startSeconds)}-${time(p.endSeconds)}`),
  };
}

test('a word lasts from its event to the next one', () => {
  const text = 'so far';
  const { words, shared } = align(text, events(text, '@so', 's', 'oʊ', '@far', 'f', 'ɑː'));
  assert.deepEqual(words, ['so 0-200', 'far 200-2000']);
  assert.deepEqual(shared, []);
});

test('words that share an event are divided by how they are spoken alone', () => {
  const text = 'out of the box';
  const list = events(text, '@out', 'aʊ', 'ɾ', 'ə', 'v', '@the', 'ð', 'ə', '@box', 'b', 'ɑː', 'k', 's', '', '');
  const { words, shared } = align(text, list, { out: ['aʊ', 't'], of: ['ʌ', 'v'] });
  assert.deepEqual(shared, ['out', 'of']);
  assert.deepEqual(words.slice(0, 3), ['out 0-200', 'of 200-400', 'the 400-600']);
});

test('several events inside one word are one word, and positions count code points', () => {
  const text = '😀 iPhone too';
  const list = events(text, '@iPhone', 'aɪ', '@Phone', 'f', '(en)', 'oʊ', 'n', '@too', 't', 'uː');
  const { words } = align(text, list);
  assert.deepEqual(words, ['iPhone 0-500', 'too 500-2000']);
});

test('a glide without a name belongs to the sound before it; a pause between words is silence', () => {
  const text = 'tio so';
  const list = events(text, '@tio', 't', 'i', '', 'o', '', '@so', 's', 'o');
  const { phonemes } = align(text, list);
  assert.deepEqual(phonemes, ['t 0-100', 'i 100-300', 'o 300-400', 'sil 400-500', 's 500-600', 'o 600-2000']);
});

test('a sound without time of its own takes a share of its neighbour', () => {
  const text = 'well';
  const list: EspeakEvent[] = [
    { type: 'word', atMilliseconds: 0, textPosition: 1 },
    { type: 'phoneme', atMilliseconds: 10, textPosition: 1, id: 'w' },
    { type: 'phoneme', atMilliseconds: 100, textPosition: 1, id: 'ɛ' },
    { type: 'phoneme', atMilliseconds: 200, textPosition: 1, id: 'l' },
    { type: 'phoneme', atMilliseconds: 200, textPosition: 1, id: '' },
  ];
  assert.deepEqual(align(text, list).phonemes, ['w 0-100', 'ɛ 100-165', 'l 165-200', 'sil 200-2000']);
});

test('inside a word a p begins with the silence before its burst, at its beginning with the word', () => {
  const text = 'pap pa';
  const list = events(text, '@pap', 'p', 'a', 'p', '@pa', 'p', 'a');
  const samples = Float32Array.from({ length: SILENCE.samples.length }, (_, index) => {
    const milliseconds = (index / SILENCE.sampleRateHz) * 1000;
    return milliseconds > 100 && milliseconds < 160 ? 0.4 * Math.sin(index * 0.1) : 0;
  });
  const { phonemes } = align(text, list, {}, { samples, sampleRateHz: SILENCE.sampleRateHz });
  assert.deepEqual(phonemes, ['p 0-100', 'a 100-160', 'p 160-300', 'p 300-400', 'a 400-2000']);
});
