import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { CaptionGroup, CaptionWord } from './brief.ts';
import { captionMoment } from './caption-schedule.ts';

const FRAME_SECONDS = 1 / 30;

type Speech = { readonly words: readonly CaptionWord[]; readonly groups: readonly CaptionGroup[] };

/** Words with any lengths and pauses, in groups of three. */
const anySpeech: fc.Arbitrary<Speech> = fc
  .array(
    fc.record({
      pause: fc.double({ min: 0, max: 1.5, noNaN: true }),
      length: fc.double({ min: 0.05, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((timings) => {
    let now = 0;
    const words = timings.map(({ pause, length }) => {
      const startSeconds = now + pause;
      now = startSeconds + length;
      return { text: 'word', startSeconds, endSeconds: now, joinsPrevious: false, endsSentence: false };
    });
    const groups: CaptionGroup[] = [];
    for (let firstWord = 0; firstWord < words.length; firstWord += 3) {
      const lastWord = Math.min(words.length, firstWord + 3) - 1;
      groups.push({
        startSeconds: words[firstWord]?.startSeconds ?? 0,
        endSeconds: words[lastWord]?.endSeconds ?? 0,
        lines: [{ firstWord, lastWord }],
      });
    }
    return { words, groups };
  });

function momentsOf({ words, groups }: Speech) {
  const frames = Math.ceil(((groups.at(-1)?.endSeconds ?? 0) + 1) / FRAME_SECONDS);
  return Array.from({ length: frames }, (_, frame) => ({
    seconds: frame * FRAME_SECONDS,
    moment: captionMoment(groups, words, frame * FRAME_SECONDS, FRAME_SECONDS),
  }));
}

test('a word is never highlighted before its onset, and always within a frame of it while it is the latest', () => {
  fc.assert(
    fc.property(anySpeech, (speech) => {
      for (const { seconds, moment } of momentsOf(speech)) {
        if (moment?.activeWord === undefined) continue;
        const onset = speech.words[moment.activeWord]?.startSeconds ?? Infinity;
        assert.ok(onset <= seconds + 1e-6, `word at ${onset} highlighted at ${seconds}`);
        const latest = speech.words.findLastIndex((word) => word.startSeconds <= seconds);
        const lastWord = speech.groups[moment.groupIndex]?.lines.at(-1)?.lastWord ?? 0;
        assert.ok(moment.activeWord >= Math.min(latest, lastWord));
      }
    }),
  );
});

test('while words follow closely the captions never go dark', () => {
  fc.assert(
    fc.property(anySpeech, (speech) => {
      const close = speech.groups.every(
        (group, index) => (speech.groups[index + 1]?.startSeconds ?? group.endSeconds) - group.endSeconds < 0.6,
      );
      if (!close) return;
      const first = speech.groups[0]?.startSeconds ?? 0;
      const last = speech.groups.at(-1)?.endSeconds ?? 0;
      for (const { seconds, moment } of momentsOf(speech)) {
        if (seconds < first + 0.1 || seconds > last) continue;
        assert.ok((moment?.opacity ?? 0) >= 0.5, `opacity ${moment?.opacity} at ${seconds}`);
      }
    }),
  );
});

test('a group that appears out of nothing is eased in within 100 to 150 ms', () => {
  const speech: Speech = {
    words: [{ text: 'a', startSeconds: 1, endSeconds: 2, joinsPrevious: false, endsSentence: true }],
    groups: [{ startSeconds: 1, endSeconds: 2, lines: [{ firstWord: 0, lastWord: 0 }] }],
  };
  const opacityAt = (seconds: number): number =>
    captionMoment(speech.groups, speech.words, seconds, FRAME_SECONDS)?.opacity ?? 0;
  assert.equal(opacityAt(0.99), 0);
  assert.ok(opacityAt(1) > 0 && opacityAt(1) < 1);
  assert.ok(opacityAt(1 + 2 * FRAME_SECONDS) < 1);
  assert.equal(opacityAt(1.15), 1);
  assert.ok(opacityAt(2) > 0.999);
  assert.equal(opacityAt(2.2), 0);
});
