import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_BODY, startTestServer } from './test-server.ts';

test('metrics count the jobs of the journal, and name no user', async (context) => {
  const server = await startTestServer(context);
  const values = async (): Promise<Record<string, number>> => {
    const response = await server.request('/metrics');
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    assert.doesNotMatch(text, /user@example\.com/);
    const lines = [...text.matchAll(/^(jobs_\w+)\{queue="videos"\} (\S+)$/gm)];
    return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
  };
  assert.deepEqual(await values(), {
    jobs_ready: 0,
    jobs_running: 0,
    jobs_waiting: 0,
    jobs_oldest_ready_seconds: 0,
  });
  for (const runAt of [undefined, undefined, '2099-01-01T00:00:00Z']) {
    assert.equal((await server.postVideo({ ...GOOD_BODY, ...(runAt && { runAt }) })).status, 202);
  }
  await server.jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 });
  const { jobs_oldest_ready_seconds: age, ...counts } = await values();
  assert.deepEqual(counts, { jobs_ready: 1, jobs_running: 1, jobs_waiting: 1 });
  assert.ok(age !== undefined && age >= 0);
});
