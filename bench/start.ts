import { startServerProcess } from '../test/fixtures/server-process.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult } from './bench-result.ts';
import { median } from './support/median.ts';

const TARGET_MILLISECONDS = 1_000;

/** How long a newcomer waits after `npm start`: from the start of the process to the first 200 of /health. */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const milliseconds: number[] = [];
  for (let round = 0; round < (quick ? 3 : 9); round++) {
    await withTemporaryFolder(async (dataFolder) => {
      const server = await startServerProcess({ dataFolder });
      milliseconds.push(Math.round(server.startMilliseconds));
      await server.stop();
    });
  }
  const [first = 0] = milliseconds;
  const medianMilliseconds = median(milliseconds);
  return {
    name: 'start',
    rows: milliseconds.map((startMilliseconds, index) => ({ round: index + 1, startMilliseconds })),
    figures: { medianMilliseconds, firstMilliseconds: first, slowestMilliseconds: Math.max(...milliseconds) },
    targets: { medianMilliseconds: `<= ${TARGET_MILLISECONDS}` },
    pass: medianMilliseconds <= TARGET_MILLISECONDS,
  };
}
