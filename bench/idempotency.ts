import { join } from 'node:path';
import { createRandom } from '../test/chaos/seeded-random.ts';
import type { BenchResult } from './bench-result.ts';
import { createImpatientClient, type Asked } from './idempotency/impatient-client.ts';
import type { IdempotencyCount } from './idempotency/measurement.ts';
import { startBenchProcess } from './support/bench-process.ts';

const AT_ONCE = 200;
const DISCONNECT_SHARE = 0.15;

/**
 * The same request from 200 clients at once, under each of 500 keys, some of whom hang up before the answer and ask again:
 * one job and one charge for each key, and the same answer for everyone. The jobs run on the product's dispatcher; in the
 * place of the video there is one paid step.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const keys = quick ? 40 : 500;
  const server = startBenchProcess(join(import.meta.dirname, 'idempotency', 'server-process.ts'), []);
  const address = await server.receive<string>();
  const client = createImpatientClient({
    address,
    sockets: AT_ONCE,
    disconnectShare: DISCONNECT_SHARE,
    random: createRandom(1),
  });
  let sent = 0;
  let disconnects = 0;
  let differing = 0;
  let refused = 0;
  const startedAt = performance.now();
  for (let index = 0; index < keys; index += 1) {
    const body = JSON.stringify({ script: 'One video, please.', template: 'presenter1', userId: `user-${index}` });
    const asked: Asked[] = await Promise.all(Array.from({ length: AT_ONCE }, () => client.ask(body, `key-${index}`)));
    sent += asked.reduce((sum, one) => sum + one.sent, 0);
    disconnects += asked.reduce((sum, one) => sum + one.disconnects, 0);
    refused += asked.filter(({ answer }) => answer.status !== 202).length;
    if (new Set(asked.map(({ answer }) => JSON.stringify(answer))).size !== 1) differing += 1;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  client.close();
  const counting = server.receive<IdempotencyCount>();
  server.child.send('count');
  const counted = await counting;
  await server.end();

  const jobs = Object.values(counted.jobsOfUsers);
  const figures = {
    keys,
    clientsAtOnce: AT_ONCE,
    requests: sent,
    disconnects,
    requestsPerSecond: Math.round(sent / seconds),
    jobs: jobs.reduce((sum, count) => sum + count, 0),
    mostJobsOfOneKey: Math.max(0, ...jobs),
    jobsCompleted: counted.completed,
    charges: counted.charges,
    mostChargesOfOneJob: counted.mostChargesOfOneJob,
    costInJournalUsd: counted.costInJournalUsd,
    keysWithDifferingAnswers: differing,
    clientsRefused: refused,
  };
  return {
    name: 'idempotency',
    rows: [figures],
    figures,
    targets: {
      jobs: `${keys}`,
      mostJobsOfOneKey: '1',
      charges: `${keys}`,
      mostChargesOfOneJob: '1',
      costInJournalUsd: `${keys}`,
      keysWithDifferingAnswers: '0',
      clientsRefused: '0',
    },
    pass:
      [figures.jobs, figures.jobsCompleted, figures.charges, figures.costInJournalUsd].every(
        (value) => value === keys,
      ) &&
      [figures.mostJobsOfOneKey, figures.mostChargesOfOneJob].every((value) => value === 1) &&
      [differing, refused].every((value) => value === 0),
  };
}
