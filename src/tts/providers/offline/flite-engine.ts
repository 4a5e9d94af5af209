import { AppError } from '../../../core/errors.ts';
import type { AlignedPhoneme, Alignment } from '../../../media/alignment.ts';
import { durationSeconds, type Pcm } from '../../../media/pcm.ts';
import { parseWav } from '../../../media/wav.ts';
import { wordSpans } from '../../../media/words.ts';
import { ARPABET_PAUSE, arpabetToIpa, isArpabetVowel } from './arpabet.ts';
import { stressedVowels } from './english-stress.ts';
import { ENGLISH_LEXICON, spellForFlite } from './english-text.ts';
import { runWasi } from './memory-wasi.ts';
import { matchSounds, wordsOfSounds, type ExpectedSound, type SoundKind } from './sound-alignment.ts';
import { wordTimes } from './word-times.ts';

export type FliteVoiceName = 'slt' | 'rms' | 'awb';

export type FliteRequest = {
  readonly text: string;
  readonly voice: FliteVoiceName;
  /** 1 is the voice's own pace, 1.1 a tenth slower. */
  readonly durationStretch: number;
  /** 1 is the voice's own pitch. */
  readonly pitchShift: number;
};

export type FliteSpeech = { readonly pcm: Pcm; readonly alignment: Alignment; readonly silentWordCount: number };

/** A sound that Flite spoke, with the time at which it ends. */
type HeardSound = { readonly symbol: string; readonly endSeconds: number };
type Pronunciation = readonly { readonly symbol: string; readonly stressed: boolean }[];

const LEXICON_FILE = 'lexicon';
const WORDS_FILE = 'words';
const WAVE_FILE = 'speech.wav';
/** A diphone voice: 15 times faster than the others, with the same lexicon and rules. */
const FAST_VOICE = 'kal';
const CACHED_WORDS = 5_000;

/**
 * Flite 2.3 as a pure function of its request. Flite says when each sound ends but not which word it belongs to, so every
 * word is also pronounced alone (remembered between calls), and the two are matched. Not for the main thread: speaking
 * takes about 0.02 s of CPU per second of speech.
 */
export class FliteEngine {
  readonly #module: WebAssembly.Module;
  readonly #pronunciations = new Map<string, Pronunciation>();

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Throws AppError: `unsupported` when no word has a letter that Flite can read, `protocol` when its output is broken. */
  synthesize(request: FliteRequest): FliteSpeech {
    const words = wordSpans(request.text, 'en');
    const spellings = words.map((word) => spellForFlite(word.text));
    if (spellings.every((spelling) => spelling === '')) {
      throw new AppError({
        code: 'text_unpronounceable',
        kind: 'unsupported',
        message: `English text must have at least one word in Latin letters or digits; none of the ${words.length} words has.`,
      });
    }
    const { pcm, sounds } = this.#speak(request);
    const heard = sounds.map((sound) => sound.symbol);
    const pronunciations = this.#pronounce(spellings);
    const expected: (ExpectedSound & { readonly stressed: boolean })[] = [];
    for (const [wordIndex, spelling] of spellings.entries()) {
      for (const { symbol, stressed } of pronunciations.get(spelling) ?? []) {
        expected.push({ symbol, wordIndex, stressed });
      }
    }
    const matches = matchSounds(heard, expected, kindOf);
    const owners = wordsOfSounds(heard, matches, expected, kindOf);
    const timed = soundTimes(sounds, durationSeconds(pcm));
    const stresses = stressedVowels(
      timed.map((sound, index) => ({
        symbol: heard[index] as string,
        word: owners[index] as number,
        stressedAlone: expected[matches[index] as number]?.stressed === true,
        durationSeconds: sound.endSeconds - sound.startSeconds,
      })),
      words.map((word) => word.text),
    );
    const phonemes: AlignedPhoneme[] = timed.map(({ phoneme, startSeconds, endSeconds }, index) => ({
      phoneme,
      startSeconds,
      endSeconds,
      stressed: stresses[index] === true,
    }));
    return {
      pcm,
      alignment: { words: wordTimes(words, owners, phonemes), phonemes },
      silentWordCount: words.length - new Set(owners.filter((owner) => owner >= 0)).size,
    };
  }

  #speak(request: FliteRequest): { pcm: Pcm; sounds: HeardSound[] } {
    const run = runWasi(this.#module, {
      args: [
        'flite',
        '-voice',
        request.voice,
        '-add_lex',
        `/${LEXICON_FILE}`,
        '-psdur',
        '--setf',
        `duration_stretch=${request.durationStretch}`,
        '--setf',
        `f0_shift=${request.pitchShift}`,
        '-o',
        `/${WAVE_FILE}`,
        '-t',
        spellForFlite(request.text),
      ],
      files: new Map([[LEXICON_FILE, ENGLISH_LEXICON]]),
    });
    const wave = run.files.get(WAVE_FILE);
    if (wave === undefined) throw broken(`it wrote no speech (exit code ${run.exitCode})`);
    const sounds = decode(run.standardOutput)
      .trim()
      .split(/\s+/)
      .map((entry) => {
        const [symbol = '', end = ''] = entry.split(':');
        return { symbol, endSeconds: Number(end) };
      });
    if (sounds.some((sound) => sound.symbol === '' || !(sound.endSeconds > 0))) {
      throw broken('a line of sounds must be "symbol:seconds"');
    }
    return { pcm: parseWav(wave), sounds };
  }

  /** Each distinct spelling spoken alone; a blank line makes an utterance, and prints a line. */
  #pronounce(spellings: readonly string[]): ReadonlyMap<string, Pronunciation> {
    const distinct = [...new Set(spellings)].filter((spelling) => spelling !== '');
    const known = new Map<string, Pronunciation>();
    const missing = distinct.filter((spelling) => {
      const remembered = this.#pronunciations.get(spelling);
      if (remembered !== undefined) known.set(spelling, remembered);
      return remembered === undefined;
    });
    const lines = missing.length === 0 ? [] : this.#speakAlone(missing);
    for (const [index, spelling] of missing.entries()) {
      const pronunciation = parsePronunciation(lines[index] ?? '');
      known.set(spelling, pronunciation);
      if (this.#pronunciations.size >= CACHED_WORDS) this.#pronunciations.clear();
      this.#pronunciations.set(spelling, pronunciation);
    }
    return known;
  }

  #speakAlone(spellings: readonly string[]): string[] {
    const run = runWasi(this.#module, {
      args: `flite -voice ${FAST_VOICE} -add_lex /${LEXICON_FILE} -psstress -f /${WORDS_FILE} -o none`.split(' '),
      files: new Map([
        [LEXICON_FILE, ENGLISH_LEXICON],
        [WORDS_FILE, new TextEncoder().encode(spellings.map((spelling) => `${spelling}\n\n`).join(''))],
      ]),
    });
    const lines = decode(run.standardOutput).trim().split('\n');
    if (lines.length === spellings.length) return lines;
    if (spellings.length === 1) return [lines.join(' ')];
    return spellings.flatMap((spelling) => this.#speakAlone([spelling]));
  }
}

function soundTimes(sounds: readonly HeardSound[], totalSeconds: number): Omit<AlignedPhoneme, 'stressed'>[] {
  let reachedSeconds = 0;
  return sounds.map((sound, index) => {
    const startSeconds = reachedSeconds;
    // The last sound, a pause, ends with the samples, which are a few milliseconds more or less.
    const last = index === sounds.length - 1;
    reachedSeconds = last ? totalSeconds : Math.min(totalSeconds, Math.max(startSeconds, sound.endSeconds));
    return { phoneme: arpabetToIpa(sound.symbol), startSeconds, endSeconds: reachedSeconds };
  });
}

function parsePronunciation(line: string): Pronunciation {
  return line
    .trim()
    .split(/\s+/)
    .filter((entry) => entry !== '' && entry !== ARPABET_PAUSE)
    .map((entry) => ({ symbol: entry.replace(/\d$/, ''), stressed: entry.endsWith('1') }));
}

function kindOf(symbol: string): SoundKind {
  if (symbol === ARPABET_PAUSE) return 'pause';
  return isArpabetVowel(symbol) ? 'vowel' : 'consonant';
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function broken(reason: string): AppError {
  return new AppError({ code: 'flite_broken', kind: 'protocol', message: `Flite's output cannot be used: ${reason}.` });
}
