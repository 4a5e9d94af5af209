import { setTimeout as wait } from 'node:timers/promises';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { JobEvent } from '../../src/jobs/job.ts';
import { startServerProcess } from '../../test/fixtures/server-process.ts';
import { withTemporaryFolder } from '../../test/fixtures/temporary-folder.ts';
import { join } from 'node:path';

/** Half a minute of video: still under way whenever the server is killed. */
const SCRIPT = 'Every sentence of this script is spoken by itself, and then it is joined with the others. '.repeat(8);

/**
 * For each SIGKILL of the server with two videos under way: milliseconds from the start of the next process until the first
 * of their interrupted steps has begun again, as the journal has it.
 */
export async function measureRestarts(kills: number): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  for (let index = 0; index < kills; index += 1) {
    milliseconds.push(await withTemporaryFolder((folder) => measureOne(folder, index)));
  }
  return milliseconds;
}

async function measureOne(dataFolder: string, index: number): Promise<number> {
  const first = await startServerProcess({ dataFolder });
  for (const userId of ['ann', 'bob']) {
    const response = await fetch(`${first.address}/generate-video`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ script: SCRIPT, template: 'presenter1', userId }),
    });
    if (response.status !== 202) throw new Error(`The server answered ${response.status}: ${await response.text()}`);
  }
  // In the middle of one step or another.
  await wait(300 + ((index * 370) % 1_500));
  await first.kill();
  const interrupted = (await eventsIn(dataFolder)).findLast((event) => statusOf(event) === 'running');
  if (interrupted === undefined) throw new Error('Nothing was under way when the server was killed.');
  const startedAt = Date.now();
  const second = await startServerProcess({ dataFolder });
  await wait(200);
  await second.kill();
  const again = (await eventsIn(dataFolder)).find(
    (event) => event.type === 'step' && statusOf(event) === 'running' && event.at >= startedAt,
  );
  if (again === undefined) throw new Error('No interrupted step had begun again when the server was killed once more.');
  return again.at - startedAt;
}

/** Read when no server has the journal. */
async function eventsIn(dataFolder: string): Promise<readonly JobEvent[]> {
  const store = openSqliteJournal({ path: join(dataFolder, 'journal.sqlite'), clock: systemClock });
  const events = await store.eventsSince(0, { limit: 1_000 });
  await store.close();
  return events;
}

function statusOf(event: JobEvent): string | undefined {
  return (event.data as { readonly status?: string }).status;
}
