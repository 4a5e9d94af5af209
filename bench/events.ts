import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BenchResult } from './bench-result.ts';
import type { EventsOrder, EventsReply } from './events/measurement.ts';
import { openWatcher, type Watcher } from './events/watcher.ts';
import { startBenchProcess } from './support/bench-process.ts';
import { percentile } from './support/percentile.ts';

const WATCHERS = 1_000;
const PER_SECOND = 50;
const STALLED = 10;
const TARGETS = { p99Milliseconds: 500, rssGrowthMiB: 20 };
const OPENED_AT_ONCE = 50;

/**
 * A thousand clients that watch one job, which reports its progress 50 times a second: 50,000 deliveries a second. The clients
 * are in another process than the server; delays run from the time in the journal to the arrival, on one clock. Then some
 * clients stop reading, and must be dropped while the others go on.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const seconds = quick ? 5 : 60;
  const server = startBenchProcess(join(import.meta.dirname, 'events', 'server-process.ts'), [], ['--expose-gc']);
  const { address, jobId } = await server.receive<{ readonly address: string; readonly jobId: string }>();
  const ask = async (order: EventsOrder): Promise<EventsReply> => {
    const reply = server.receive<EventsReply>();
    server.child.send(order);
    return reply;
  };
  const watchers: Watcher[] = [];
  let delays: number[] = [];
  /** All watchers are told the same times. */
  const times = new Map<string, number>();
  const timeOf = (at: string): number => {
    let time = times.get(at);
    if (time === undefined) times.set(at, (time = Date.parse(at)));
    return time;
  };
  const hear = (delayMilliseconds: number): void => void delays.push(delayMilliseconds);
  try {
    while (watchers.length < WATCHERS) {
      const open = Array.from({ length: OPENED_AT_ONCE }, () => openWatcher(address, jobId, hear, timeOf));
      watchers.push(...(await Promise.all(open)));
    }
    const report = { do: 'report', perSecond: PER_SECOND, detailBytes: 0 } as const;
    const warm = await ask({ ...report, seconds: quick ? 3 : 15 });
    await arrival(watchers, warm.sequences.length);
    delays = [];
    const end = await ask({ ...report, seconds });
    await arrival(watchers, end.sequences.length);
    const measured = delays;
    delays = [];
    const { lost, twice } = compare(watchers, end.sequences);

    // A few clients stall; large events fill what lies between them and the server.
    for (const watcher of watchers.slice(0, STALLED)) watcher.stall();
    const reading = watchers.slice(STALLED);
    for (const watcher of watchers.slice(STALLED * 2)) watcher.close();
    await ask({ ...report, seconds: 45, detailBytes: 20_000 });
    const stillThere = reading.slice(0, STALLED);
    let afterStall = await ask({ do: 'tell' });
    // Thirty seconds after the server noticed; how soon that is depends on what the system keeps for a connection.
    for (let look = 0; look < 40 && afterStall.connections > stillThere.length; look += 1) {
      await wait(1_000);
      afterStall = await ask({ do: 'tell' });
    }
    const others = compare(stillThere, afterStall.sequences);
    const stalledKept = afterStall.connections - stillThere.length;
    const figures = {
      watchers: WATCHERS,
      eventsPerSecond: PER_SECOND,
      seconds,
      deliveries: measured.length,
      p50Milliseconds: percentile(measured, 50),
      p99Milliseconds: percentile(measured, 99),
      slowestMilliseconds: percentile(measured, 100),
      lost,
      twice,
      rssAfterWarmUpMiB: Math.round(warm.rssMiB),
      rssAtEndMiB: Math.round(end.rssMiB),
      rssGrowthMiB: Math.round(end.rssMiB - warm.rssMiB),
      stalled: STALLED,
      stalledKept: Math.max(0, stalledKept),
      lostByOthersMeanwhile: others.lost,
    };
    return {
      name: 'events',
      rows: [figures],
      figures,
      targets: {
        p99Milliseconds: `<= ${TARGETS.p99Milliseconds}`,
        lost: '0',
        twice: '0',
        rssGrowthMiB: `<= ${TARGETS.rssGrowthMiB}`,
        stalledKept: '0',
        lostByOthersMeanwhile: '0',
      },
      pass:
        figures.p99Milliseconds <= TARGETS.p99Milliseconds &&
        figures.rssGrowthMiB <= TARGETS.rssGrowthMiB &&
        [lost, twice, figures.stalledKept, others.lost].every((count) => count === 0),
    };
  } finally {
    for (const watcher of watchers) watcher.close();
    await server.end();
  }
}

/** What is late is slow, and not lost; what has not come after this long is. */
async function arrival(watchers: readonly Watcher[], count: number): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (watchers.every(({ sequences }) => sequences.length >= count)) return;
    await wait(100);
  }
}

/** Over all watchers: events of the journal that did not arrive, and such that arrived again. */
function compare(watchers: readonly Watcher[], sequences: readonly number[]): { lost: number; twice: number } {
  let lost = 0;
  let twice = 0;
  for (const watcher of watchers) {
    const seen = new Set(watcher.sequences);
    twice += watcher.sequences.length - seen.size;
    lost += sequences.filter((sequence) => !seen.has(sequence)).length;
  }
  return { lost, twice };
}
