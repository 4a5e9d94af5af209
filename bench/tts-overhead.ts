import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { serverFlags } from '../test/fixtures/server-flags.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { percentile } from './support/percentile.ts';
import { CONCURRENT_UTTERANCES, type Measurement, type Timing } from './tts-overhead/measurement.ts';

const TARGETS = { addedP50Milliseconds: 3, addedP99Milliseconds: 15, rssGrowthMiB: 150 };

/**
 * What the gateway adds to a sentence: to its first sound and to all of it, compared with a bare `ws` client that asks the
 * same server the same thing right before or after, in turns. Everything is on that is on in the product: checks, cache
 * (every sentence is new to it), ledger, canary, breakers, and the flags of `npm start`. Then the memory of 200 at once.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const simulator = start('simulator-process.ts', []);
  const [url] = (await once(simulator, 'message')) as [string];
  try {
    const counts = quick ? ['60', '1'] : ['400', '3'];
    const gateway = start('gateway-process.ts', [`${url.replace('http', 'ws')}/tts`, ...counts]);
    const [[measurement]] = (await Promise.all([once(gateway, 'message'), once(gateway, 'exit')])) as [
      [Measurement],
      never,
    ];
    return result(measurement);
  } finally {
    simulator.disconnect();
    await once(simulator, 'exit');
  }
}

function start(file: string, arguments_: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'tts-overhead', file), arguments_, {
    execArgv: [...serverFlags(), '--expose-gc'],
  });
}

function result({ pairs, rssGrowthMiB }: Measurement): BenchResult {
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
