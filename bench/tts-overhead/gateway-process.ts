import { join } from 'node:path';
import { openSpeech, type Speech } from '../../src/app/speech.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { withTemporaryFolder } from '../../test/fixtures/temporary-folder.ts';
import { speakBarely } from './bare-client.ts';
import { CONCURRENT_UTTERANCES, type Measurement, type Pair, type Timing } from './measurement.ts';

/*
 * The gateway and the bare client in one process, which has the flags of the server. Arguments: the simulator's endpoint, how
 * many pairs to measure, and how often to speak many sentences at once. Sends one Measurement to its parent.
 */

/** 3.1 s of speech: an ordinary sentence. */
const TEXT = 'Every sentence of the script is spoken by itself and then joined.';
const QUIET = { debug() {}, info() {}, warn: console.warn, error: console.error };

let lastSeed = 2;

/** Always another, so that nothing comes from the cache; the simulated voice speaks all of these at its natural pace. */
function nextSeed(): number {
  lastSeed += 5;
  return lastSeed;
}

async function speakThroughGateway(speech: Speech): Promise<Timing> {
  const startedAt = performance.now();
  let firstMilliseconds = Number.NaN;
  const seed = nextSeed();
  const voice = { profile: 'default', style: 'neutral', seed } as const;
  const { utterances } = await speech.gateway.speakScript([{ text: TEXT, language: 'en', voice }], {
    signal: AbortSignal.timeout(120_000),
    userId: `user-${seed}`,
    onSound: () => {
      if (Number.isNaN(firstMilliseconds)) firstMilliseconds = performance.now() - startedAt;
    },
  });
  const totalMilliseconds = performance.now() - startedAt;
  if (utterances[0]?.provider !== 'vibevoice' || utterances[0].cached) throw new Error('Not what was to be measured.');
  return { firstMilliseconds, totalMilliseconds };
}

async function measurePairs(endpoint: string, speech: Speech, count: number): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const warmUpRounds = 40;
  for (let round = -warmUpRounds; round < count; round += 1) {
    const timings: Partial<Pair> = {};
    // In turns, so that neither always finds the other's caches warm.
    for (const which of round % 2 === 0 ? (['bare', 'gateway'] as const) : (['gateway', 'bare'] as const)) {
      const timing = which === 'bare' ? speakBarely(endpoint, TEXT, nextSeed()) : speakThroughGateway(speech);
      Object.assign(timings, { [which]: await timing });
    }
    if (round >= 0) pairs.push(timings as Pair);
  }
  return pairs;
}

/** MiB by which the process grows at most while all these sentences are under way, over what it had before. */
async function measureConcurrency(speech: Speech, rounds: number): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Memory is measured after a collection: start with --expose-gc.');
  globalThis.gc();
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: CONCURRENT_UTTERANCES }, () => speakThroughGateway(speech)));
    most = Math.max(most, process.memoryUsage.rss());
  }
  clearInterval(watch);
  return Math.round((most - before) / 2 ** 20);
}

async function measure(endpoint: string, pairCount: number, rounds: number): Promise<Measurement> {
  return withTemporaryFolder(async (folder) => {
    const { config } = resolveConfig(
      {
        MOCK_MODE: 'False',
        VIBEVOICE_WS_ENDPOINT: endpoint,
        VIBEVOICE_SLOTS: '64',
        DATA_DIR: join(folder, 'data'),
        TTS_CACHE_DIR: join(folder, 'cache'),
      },
      {},
    );
    const speech = await openSpeech(config, { clock: systemClock, logger: QUIET, logOperation: () => {} });
    try {
      const pairs = await measurePairs(endpoint, speech, pairCount);
      return { pairs, rssGrowthMiB: await measureConcurrency(speech, rounds) };
    } finally {
      await speech.close();
    }
  });
}

const [endpoint = '', pairCount, rounds] = process.argv.slice(2);
process.send?.(await measure(endpoint, Number(pairCount), Number(rounds)));
process.disconnect();
