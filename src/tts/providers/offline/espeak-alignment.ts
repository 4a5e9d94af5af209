import type { AlignedPhoneme, Alignment } from '../../../media/alignment.ts';
import { durationSeconds, type Pcm } from '../../../media/pcm.ts';
import type { WordSpan } from '../../../media/words.ts';
import type { EspeakEvent } from './espeak-process.ts';
import { espeakSoundToIpa, ipaKind, isStressedVowel } from './espeak-sounds.ts';
import { matchSounds, wordsOfSounds, type ExpectedSound } from './sound-alignment.ts';
import { closureStart, isVoicelessStop } from './stop-closure.ts';
import { wordTimes } from './word-times.ts';

/** One sound or pause (`ipa` is '') of the speech. `group` is an index into `SpokenGroups.groups`. */
type Sound = {
  readonly ipa: string;
  readonly stressed: boolean;
  readonly group: number;
  readonly opensGroup: boolean;
  startSeconds: number;
  endSeconds: number;
};

/** Words that eSpeak NG announced together: most often one, several where it runs function words together ("of the"). */
type WordGroup = { readonly firstWord: number; readonly lastWord: number };

export type SpokenGroups = { readonly groups: readonly WordGroup[]; readonly sounds: readonly Sound[] };

/** eSpeak NG separates some sounds by a few milliseconds of nothing, which is part of the sound before. */
const SHORTEST_PAUSE_SECONDS = 0.03;
/** Inside a word the nameless sounds are glides between two vowels, and releases of a stop. */
const SHORTEST_PAUSE_INSIDE_WORD_SECONDS = 0.12;
/** A sound that eSpeak NG gives no time of its own is blended into its neighbour; it is shown for this share of it. */
const BLENDED_SHARE = 0.35;
/** A closure may take at most this share of the sound before it. */
const CLOSURE_SHARE = 0.6;

/** Which sounds belong to which words, as far as eSpeak NG's own word events tell. */
export function groupSounds(
  events: readonly EspeakEvent[],
  words: readonly WordSpan[],
  offsets: readonly number[],
  pcm: Pcm,
): SpokenGroups {
  const groups: { firstWord: number; lastWord: number }[] = [];
  const sounds: Sound[] = [];
  const totalSeconds = durationSeconds(pcm);
  let opensGroup = false;
  let wordAtSeconds: number | undefined;
  for (const event of events) {
    const atSeconds = Math.min(totalSeconds, event.atMilliseconds / 1000);
    if (event.type === 'word') {
      const word = wordAt(words, offsets[event.textPosition - 1] ?? 0);
      const current = groups.at(-1);
      if (current === undefined || word > current.firstWord) {
        if (current !== undefined) current.lastWord = word - 1;
        groups.push({ firstWord: current === undefined ? 0 : word, lastWord: words.length - 1 });
        opensGroup = true;
      }
      wordAtSeconds = atSeconds;
    } else if (event.type === 'phoneme' && groups.length > 0) {
      const id = String(event.id ?? '');
      const ipa = espeakSoundToIpa(id);
      // A word begins where its own event says: at the closure of its first sound, not at the burst.
      sounds.push({
        ipa,
        stressed: isStressedVowel(id),
        group: groups.length - 1,
        opensGroup: opensGroup && ipa !== '',
        startSeconds: wordAtSeconds ?? atSeconds,
        endSeconds: totalSeconds,
      });
      if (ipa !== '') opensGroup = false;
      wordAtSeconds = undefined;
    }
  }
  setEnds(sounds, totalSeconds);
  const timed = widenBlended(joinPauses(sounds));
  moveClosures(timed, pcm);
  return { groups, sounds: timed };
}

/** The words that must be pronounced alone before `alignGroups` can divide their groups: those that share a group. */
export function sharedWords(groups: readonly WordGroup[]): number[] {
  return groups
    .filter((group) => group.lastWord > group.firstWord)
    .flatMap((group) =>
      Array.from({ length: group.lastWord - group.firstWord + 1 }, (_, index) => group.firstWord + index),
    );
}

/** `pronunciations` holds the IPA of each shared word spoken alone, by the word's index. */
export function alignGroups(
  { groups, sounds }: SpokenGroups,
  words: readonly WordSpan[],
  pronunciations: ReadonlyMap<number, readonly string[]>,
): Alignment {
  const owners = new Array<number>(sounds.length).fill(-1);
  for (const [groupIndex, group] of groups.entries()) {
    const members = sounds.flatMap((sound, index) => (sound.group === groupIndex ? [index] : []));
    const heard = members.map((index) => (sounds[index] as Sound).ipa);
    const expected: ExpectedSound[] = [];
    for (let word = group.firstWord; word <= group.lastWord; word++) {
      for (const symbol of pronunciations.get(word) ?? []) expected.push({ symbol, wordIndex: word });
    }
    const shared = group.lastWord > group.firstWord && expected.length > 0;
    const divided = shared ? wordsOfSounds(heard, matchSounds(heard, expected, ipaKind), expected, ipaKind) : [];
    for (const [position, index] of members.entries()) {
      if (heard[position] !== '') owners[index] = shared ? (divided[position] as number) : group.firstWord;
    }
  }
  return { words: wordTimes(words, owners, sounds), phonemes: phonemeTimes(sounds) };
}

/** The last word that begins at or before the offset; the first word for what stands before it. */
function wordAt(words: readonly WordSpan[], offset: number): number {
  return Math.max(
    0,
    words.findLastIndex((word) => word.start <= offset),
  );
}

function setEnds(sounds: Sound[], totalSeconds: number): void {
  for (const [index, sound] of sounds.entries()) {
    sound.endSeconds = Math.max(sound.startSeconds, sounds[index + 1]?.startSeconds ?? totalSeconds);
  }
}

/** Neighbouring pauses become one; a pause too short to be heard becomes part of the sound before it. */
function joinPauses(sounds: readonly Sound[]): Sound[] {
  const merged: Sound[] = [];
  for (const sound of sounds) {
    const previous = merged.at(-1);
    if (sound.ipa === '' && previous?.ipa === '') previous.endSeconds = sound.endSeconds;
    else merged.push({ ...sound });
  }
  return merged.filter((sound, index) => {
    const previous = merged[index - 1];
    const next = merged[index + 1];
    if (sound.ipa !== '' || previous === undefined || next === undefined) return true;
    const shortest = next.opensGroup ? SHORTEST_PAUSE_SECONDS : SHORTEST_PAUSE_INSIDE_WORD_SECONDS;
    if (sound.endSeconds - sound.startSeconds >= shortest) return true;
    previous.endSeconds = sound.endSeconds;
    return false;
  });
}

function widenBlended(sounds: Sound[]): Sound[] {
  for (const [index, sound] of sounds.entries()) {
    if (sound.ipa === '' || sound.endSeconds > sound.startSeconds) continue;
    const previous = sounds[index - 1];
    const next = sounds[index + 1];
    if (previous !== undefined && previous.ipa !== '') {
      sound.startSeconds -= BLENDED_SHARE * (previous.endSeconds - previous.startSeconds);
      previous.endSeconds = sound.startSeconds;
    } else if (next !== undefined) {
      sound.endSeconds += BLENDED_SHARE * (next.endSeconds - next.startSeconds);
      next.startSeconds = sound.endSeconds;
    }
  }
  return sounds.filter((sound) => sound.endSeconds > sound.startSeconds);
}

/** Inside a word eSpeak NG announces p, t and k at the burst; the lips are closed from the silence before it. */
function moveClosures(sounds: readonly Sound[], pcm: Pcm): void {
  for (const [index, sound] of sounds.entries()) {
    const previous = sounds[index - 1];
    if (previous === undefined || sound.opensGroup || !isVoicelessStop(sound.ipa)) continue;
    const share = previous.ipa === '' ? 1 : CLOSURE_SHARE;
    const earliest = previous.endSeconds - share * (previous.endSeconds - previous.startSeconds);
    sound.startSeconds = closureStart(pcm, sound.startSeconds, earliest);
    previous.endSeconds = sound.startSeconds;
  }
}

function phonemeTimes(sounds: readonly Sound[]): AlignedPhoneme[] {
  return sounds
    .filter((sound) => sound.endSeconds > sound.startSeconds)
    .map(({ ipa, startSeconds, endSeconds, stressed }) => ({
      phoneme: ipa === '' ? 'sil' : ipa,
      startSeconds,
      endSeconds,
      stressed,
    }));
}
