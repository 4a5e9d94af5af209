import { join } from 'node:path';
import { systemClock } from '../src/core/clock.ts';
import type { Logger } from '../src/core/logger.ts';
import { durationSeconds } from '../src/media/pcm.ts';
import { createSpeechKey, type SpeechKey } from '../src/tts/cache/speech-key.ts';
import { createOfflineProvider } from '../src/tts/providers/offline.ts';
import { createSpeechCache, type SpeechCache } from '../src/tts/speech-cache.ts';
import type { Speech } from '../src/tts/speech-provider.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult } from './bench-result.ts';
import { percentile } from './support/percentile.ts';

const MOST_HIT_P50_MILLISECONDS = 5;
const LEAST_AUDIO_SECONDS = 45;
const PARALLEL_CALLS = 100;
const VOICE = { profile: 'default', style: 'neutral', seed: 1 } as const;

/** A little over 45 s at the offline voice's pace, without digits or signs: what a provider gets is normalised. */
const TALK = `Good presenters do three things well. They look at you, they pause, and they mean every word.
A machine can learn the first two. It blinks, it breathes, and it lets a sentence settle before the next one begins.
The third is up to the person who writes the script. So keep it short, speak plainly, and put the best part first.
A viewer who hears a price remembers it, and a viewer who hears a promise remembers whether you kept it.
When you have said what you came to say, stop. People will thank you for the time, and they will come back for more.
That is all there is to it. Now it is your turn: open the page, type a few lines, and press the button.
And if the first take is not what you had in mind, change a word and try again. Nothing is lost, nobody is waiting,
and the words that stayed the same are not even spoken again.`;

/**
 * What a repeated utterance costs: 45 s of real speech with its phoneme times, kept under as many keys as there are hits, and
 * each asked for once of a second cache over the same folder, which has only the files. They were just written, so they come
 * from the memory in which the system keeps files. Then a hundred calls at once for a text that nobody has asked for.
 *
 * Calls share a synthesis within one cache, which is one process. Two of them over one folder may both begin; how often they
 * did is given without a target.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const voice = createOfflineProvider();
  const speak = (signal: AbortSignal): Promise<Speech> =>
    voice.synthesize({ text: TALK, language: 'en', voice: VOICE }, { signal });
  try {
    const speech = await speak(AbortSignal.timeout(60_000));
    const audioSeconds = durationSeconds(speech.pcm);
    if (audioSeconds < LEAST_AUDIO_SECONDS) {
      throw new RangeError(`The speech must last ${LEAST_AUDIO_SECONDS} s, and lasts ${audioSeconds.toFixed(1)} s.`);
    }
    return await withTemporaryFolder(async (folder) => {
      const [first, second] = [openCache(join(folder, 'hits')), openCache(join(folder, 'hits'))];
      const milliseconds = await timeHits({ first, second, speech, count: quick ? 40 : 200 });
      const { entries, bytes } = await second.statistics();

      const alone = await askAtOnce([openCache(join(folder, 'alone'))], speak);
      const pair = await askAtOnce([openCache(join(folder, 'pair')), openCache(join(folder, 'pair'))], speak);
      const at = (percent: number): number => rounded(percentile(milliseconds, percent));
      const hitP50Milliseconds = at(50);
      return {
        name: 'tts-cache',
        rows: [
          { what: 'hit p50', milliseconds: hitP50Milliseconds },
          { what: 'hit p95', milliseconds: at(95) },
          { what: 'hit p99', milliseconds: at(99) },
          { what: 'slowest hit', milliseconds: rounded(Math.max(...milliseconds)) },
          { what: `${PARALLEL_CALLS} misses at once`, syntheses: alone.syntheses },
          { what: `${PARALLEL_CALLS} misses at once, two caches`, syntheses: pair.syntheses },
        ],
        figures: {
          audioSeconds: rounded(audioSeconds),
          hits: milliseconds.length,
          entryMebibytes: rounded(bytes / entries / 2 ** 20),
          hitP50Milliseconds,
          hitP95Milliseconds: at(95),
          hitP99Milliseconds: at(99),
          parallelSyntheses: alone.syntheses,
          parallelCallsThatPaid: alone.payers,
          twoCachesSyntheses: pair.syntheses,
        },
        targets: {
          hitP50Milliseconds: `<= ${MOST_HIT_P50_MILLISECONDS}`,
          parallelSyntheses: '1',
          parallelCallsThatPaid: '1',
        },
        pass: hitP50Milliseconds <= MOST_HIT_P50_MILLISECONDS && alone.syntheses === 1 && alone.payers === 1,
      };
    });
  } finally {
    await voice.close();
  }
}

/** How long each hit takes. Throws when one is no hit, or not the speech that was stored. */
async function timeHits(options: {
  readonly first: SpeechCache;
  readonly second: SpeechCache;
  readonly speech: Speech;
  readonly count: number;
}): Promise<number[]> {
  const { first, second, speech, count } = options;
  const { signal } = new AbortController();
  const keys = Array.from({ length: count }, (_, index) => keyOf(`${TALK} ${index}`));
  let storedSamples = speech.pcm.samples;
  for (const [entry, key] of keys.entries()) {
    const own = { ...speech, providerMetadata: { ...speech.providerMetadata, entry } };
    const miss = await first.getOrSynthesize(key, () => Promise.resolve(own), { signal });
    await first.settled();
    storedSamples = miss.speech.pcm.samples;
  }
  const milliseconds: number[] = [];
  const noSynthesis = (): never => {
    throw new Error('What was stored must be a hit, and was synthesised again.');
  };
  for (const [entry, key] of keys.entries()) {
    const startedAt = performance.now();
    const hit = await second.getOrSynthesize(key, noSynthesis, { signal });
    milliseconds.push(performance.now() - startedAt);
    const { pcm, providerMetadata } = hit.speech;
    const isSame = Buffer.from(pcm.samples.buffer).equals(Buffer.from(storedSamples.buffer));
    if (!hit.cached || !isSame || providerMetadata['entry'] !== entry) {
      throw new Error(`A hit must be the stored speech to the last bit; entry ${entry} is not.`);
    }
  }
  return milliseconds;
}

/** A hundred calls for one text, dealt to the caches in turn: how often it was spoken, and how many were told that they paid. */
async function askAtOnce(
  caches: readonly SpeechCache[],
  speak: (signal: AbortSignal) => Promise<Speech>,
): Promise<{ readonly syntheses: number; readonly payers: number }> {
  const signal = AbortSignal.timeout(60_000);
  let syntheses = 0;
  const speakAndCount = (shared: AbortSignal): Promise<Speech> => {
    syntheses += 1;
    return speak(shared);
  };
  const calls = Array.from({ length: PARALLEL_CALLS }, (_, index) =>
    caches[index % caches.length]!.getOrSynthesize(keyOf(TALK), speakAndCount, { signal }),
  );
  const answers = await Promise.all(calls);
  await Promise.all(caches.map((cache) => cache.settled()));
  return { syntheses, payers: answers.filter(({ cached }) => !cached).length };
}

function keyOf(text: string): SpeechKey {
  return createSpeechKey({
    text,
    provider: 'offline',
    voice: VOICE,
    vendorVoiceId: null,
    model: null,
    language: 'en',
  });
}

function openCache(folder: string): SpeechCache {
  const fail = (_: object, message: string): never => {
    throw new Error(`The cache must have its folder here: ${message}`);
  };
  const log: Logger = { debug() {}, info() {}, warn: fail, error: fail };
  return createSpeechCache({ folder, enabled: true, maximumBytes: 2 ** 31, clock: systemClock, log });
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
