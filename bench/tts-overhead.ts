import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openSpeech, type Speech } from '../src/app/speech.ts';
import { resolveConfig } from '../src/config/load.ts';
import { systemClock } from '../src/core/clock.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { percentile } from './support/percentile.ts';
import { speakBarely, type Timing } from './tts-overhead/bare-client.ts';

/** 3.1 s of speech: an ordinary sentence. */
const TEXT = 'Every sentence of the script is spoken by itself and then joined.';
const CONCURRENT_UTTERANCES = 200;
const TARGETS = { addedP50Milliseconds: 3, addedP99Milliseconds: 15, rssGrowthMiB: 150 };

/**
 * What the gateway adds to a sentence: to its first sound and to all of it, compared with a bare `ws` client that asks the
 * same server the same thing right before or after, in turns. Everything is on that is on in the product: checks, cache (every sentence is new to it), ledger, canary, breakers. Then the memory of 200 at once.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  return withTemporaryFolder(async (folder) => {
    const server = await startSimulator();
    const endpoint = `${server.url.replace('http', 'ws')}/tts`;
    const speech = await openSpeech(
      resolveConfig(
        {
          MOCK_MODE: 'False',
          VIBEVOICE_WS_ENDPOINT: endpoint,
          VIBEVOICE_SLOTS: '64',
          DATA_DIR: join(folder, 'data'),
          TTS_CACHE_DIR: join(folder, 'cache'),
        },
        {},
      ).config,
      { clock: systemClock, logger: QUIET, logOperation: () => {} },
    );
    try {
      const pairs = await measurePairs(endpoint, speech, quick ? 60 : 400);
      const rssGrowthMiB = await measureConcurrency(speech, quick ? 1 : 3);
      return result(pairs, rssGrowthMiB);
    } finally {
      await speech.close();
      server.process.disconnect();
      await once(server.process, 'exit');
    }
  });
}

const QUIET = { debug() {}, info() {}, warn: console.warn, error: console.error };

type Pair = { readonly bare: Timing; readonly gateway: Timing };

async function startSimulator(): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'tts-overhead/simulator-process.ts'));
  const [url] = (await once(child, 'message')) as [string];
  return { url, process: child };
}

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

/** MiB by which the process grows at most while 200 sentences are under way, over what it had before. */
async function measureConcurrency(speech: Speech, rounds: number): Promise<number> {
  globalThis.gc?.();
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

function result(pairs: readonly Pair[], rssGrowthMiB: number): BenchResult {
  const rowOf = (what: string, select: (timing: Timing) => number): BenchRow & { readonly addedP50: number } => {
    const added = pairs.map(({ bare, gateway }) => select(gateway) - select(bare));
    return {
      what,
      bareP50: rounded(
        percentile(
          pairs.map(({ bare }) => select(bare)),
          50,
        ),
      ),
      gatewayP50: rounded(
        percentile(
          pairs.map(({ gateway }) => select(gateway)),
          50,
        ),
      ),
      addedP50: rounded(percentile(added, 50)),
      addedP99: rounded(percentile(added, 99)),
    };
  };
  const first = rowOf('first sound, ms', ({ firstMilliseconds }) => firstMilliseconds);
  const total = rowOf('whole sentence, ms', ({ totalMilliseconds }) => totalMilliseconds);
  const figures = {
    firstAddedP50Milliseconds: first.addedP50,
    firstAddedP99Milliseconds: Number(first['addedP99']),
    totalAddedP50Milliseconds: total.addedP50,
    totalAddedP99Milliseconds: Number(total['addedP99']),
    rssGrowthMiB,
    pairs: pairs.length,
    concurrentUtterances: CONCURRENT_UTTERANCES,
  };
  return {
    name: 'tts-overhead',
    rows: [first, total],
    figures,
    targets: {
      firstAddedP50Milliseconds: `<= ${TARGETS.addedP50Milliseconds}`,
      firstAddedP99Milliseconds: `<= ${TARGETS.addedP99Milliseconds}`,
      totalAddedP50Milliseconds: `<= ${TARGETS.addedP50Milliseconds}`,
      totalAddedP99Milliseconds: `<= ${TARGETS.addedP99Milliseconds}`,
      rssGrowthMiB: `<= ${TARGETS.rssGrowthMiB}`,
    },
    pass:
      Math.max(figures.firstAddedP50Milliseconds, figures.totalAddedP50Milliseconds) <= TARGETS.addedP50Milliseconds &&
      Math.max(figures.firstAddedP99Milliseconds, figures.totalAddedP99Milliseconds) <= TARGETS.addedP99Milliseconds &&
      rssGrowthMiB <= TARGETS.rssGrowthMiB,
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
