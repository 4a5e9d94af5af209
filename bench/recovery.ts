import { WITHOUT_DATABASE, WITHOUT_REDIS } from '../test/fixtures/services.ts';
import type { BenchResult } from './bench-result.ts';
import { measureDeadWorkers } from './recovery/dead-worker.ts';
import { measureRestarts } from './recovery/restart.ts';
import { measureWipes } from './recovery/wiped-redis.ts';
import { median } from './support/median.ts';

const TARGETS = { restartMilliseconds: 1_000, deadWorkerMilliseconds: 20_000, wipeMilliseconds: 10_000 };

/**
 * How soon work goes on after SIGKILL and after a Redis that has lost everything, in real processes with the settings of the
 * product. Promised are the slowest of all tries, not the medians.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const missing = WITHOUT_DATABASE || WITHOUT_REDIS;
  const restarts = await measureRestarts(quick ? 10 : 20);
  const deadWorkers = missing === false ? await measureDeadWorkers(quick ? 2 : 6) : [];
  const wipes = missing === false ? await measureWipes(quick ? 2 : 5) : [];
  const of = (name: string, values: readonly number[]) =>
    values.length > 0 && {
      [`${name}MedianMilliseconds`]: Math.round(median(values)),
      [`${name}SlowestMilliseconds`]: Math.round(Math.max(...values)),
    };
  const rowsOf = (what: string, values: readonly number[]) =>
    values.map((value, index) => ({ what, try: index + 1, milliseconds: Math.round(value) }));
  const isWithin = (values: readonly number[], limit: number): boolean => values.every((value) => value <= limit);
  return {
    name: 'recovery',
    rows: [
      ...rowsOf('restart of the server', restarts),
      ...rowsOf('dead worker, taken up by another', deadWorkers),
      ...rowsOf('Redis wiped, last queued job begun', wipes),
    ],
    figures: { ...of('restart', restarts), ...of('deadWorker', deadWorkers), ...of('wipe', wipes) },
    targets: {
      restartSlowestMilliseconds: `<= ${TARGETS.restartMilliseconds}`,
      ...(missing === false && {
        deadWorkerSlowestMilliseconds: `<= ${TARGETS.deadWorkerMilliseconds}`,
        wipeSlowestMilliseconds: `<= ${TARGETS.wipeMilliseconds}`,
      }),
    },
    pass:
      isWithin(restarts, TARGETS.restartMilliseconds) &&
      isWithin(deadWorkers, TARGETS.deadWorkerMilliseconds) &&
      isWithin(wipes, TARGETS.wipeMilliseconds),
    skipped: missing === false ? [] : [`Dead workers, wiped Redis: ${missing}`],
  };
}
