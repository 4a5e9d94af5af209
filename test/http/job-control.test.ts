import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_BODY, startTestServer, type TestServer } from './test-server.ts';

async function control(server: TestServer, address: string) {
  const response = await server.request(address, { method: 'POST' });
  const { status, code, error } = (await response.json()) as { status: string; code?: string; error?: object };
  return { httpStatus: response.status, status, code, error };
}

async function newVideo(server: TestServer): Promise<string> {
  return ((await (await server.postVideo(GOOD_BODY)).json()) as { video_id: string }).video_id;
}

test('a video that waits is cancelled at once, and retried goes back to its place', async (context) => {
  const notified: string[] = [];
  const server = await startTestServer(context, { notifyJob: (jobId) => notified.push(jobId) });
  const id = await newVideo(server);
  for (let time = 0; time < 2; time += 1) {
    const cancelled = await control(server, `/jobs/${id}/cancel`);
    assert.deepEqual([cancelled.httpStatus, cancelled.status], [200, 'cancelled']);
  }
  const retried = await control(server, `/jobs/${id}/retry`);
  assert.deepEqual([retried.httpStatus, retried.status], [202, 'queued']);
  assert.deepEqual(notified, [id, id, id], 'the worker is told each time');
});

test('a video that is being made is asked to stop, and its worker hears of it', async (context) => {
  const server = await startTestServer(context);
  const id = await newVideo(server);
  const claim = await server.jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
  assert.ok(claim);
  assert.equal((await control(server, `/jobs/${id}/cancel`)).status, 'running');
  assert.equal((await server.jobs.renew(claim, 60_000)).cancelRequested, true);
  const tooEarly = await control(server, `/jobs/${id}/retry`);
  assert.deepEqual([tooEarly.httpStatus, tooEarly.code], [409, 'job_not_final']);
});

test('a failed video goes on where it failed', async (context) => {
  const server = await startTestServer(context);
  const id = await newVideo(server);
  const claim = await server.jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
  assert.ok(claim);
  await server.jobs.beginStep(claim, 'prepare_script');
  await server.jobs.completeStep(claim, 'prepare_script', 'kept');
  await server.jobs.beginStep(claim, 'render');
  await server.jobs.fail(claim, { code: 'render_failed', kind: 'internal', message: 'x', step: 'render' });
  const notNow = await control(server, `/jobs/${id}/cancel`);
  assert.deepEqual([notNow.httpStatus, notNow.code], [409, 'job_final']);
  const retried = await control(server, `/jobs/${id}/retry`);
  assert.deepEqual([retried.httpStatus, retried.status, retried.error], [202, 'queued', null]);
  const [kept] = await server.jobs.steps(id);
  assert.deepEqual([kept?.status, kept?.output], ['completed', 'kept']);
});

test('a video that waits says why and until when, what it has cost so far, and how often it was tried', async (context) => {
  const server = await startTestServer(context);
  const id = await newVideo(server);
  const claim = await server.jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
  assert.ok(claim);
  const asked = {
    step: 'render',
    provider: 'heygen',
    requestHash: 'x',
    recovery: 'none',
    estimatedUsd: 0.4,
    isFallback: false,
  } as const;
  await server.jobs.beginStep(claim, 'render');
  const { call } = await server.jobs.beginCall(claim, asked);
  await server.jobs.resendCall(claim, call.key, { uncertain: true });
  await server.jobs.endCall(claim, call.key, { state: 'completed', result: null, costUsd: 0.3 });
  const waitingFor = { reason: 'retry', message: 'HeyGen did not answer in time.' } as const;
  await server.jobs.retryLater(claim, { step: 'render', delayMilliseconds: 60_000, waitingFor });
  const status = (await (await server.request(`/video-status/${id}`)).json()) as Record<string, unknown>;
  assert.deepEqual(
    { status: status['status'], waiting_for: status['waiting_for'], retries: status['retries'], cost: status['cost'] },
    {
      status: 'waiting',
      waiting_for: waitingFor,
      retries: 1,
      cost: {
        total_usd: 0.3,
        estimated_usd: 0,
        open_usd: 0,
        uncertain_repeats: 1,
        saved_by_cache_usd: null,
        cost_of_fallback_usd: 0,
        price_table: 'simulated',
        items: [{ step: 'render', provider: 'heygen', calls: 1, usd: 0.3, estimated_usd: 0.4 }],
      },
    },
  );
  assert.ok(Date.parse(status['run_at'] as string) > Date.now());
});

test('failed videos are listed by the kind of their failure', async (context) => {
  const server = await startTestServer(context);
  for (const kind of ['quota', 'timeout'] as const) {
    const id = await newVideo(server);
    const claim = await server.jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
    assert.equal(claim?.jobId, id);
    await server.jobs.fail(claim, { code: 'x', kind, message: 'x', step: null });
  }
  const answer = (await (await server.request('/jobs?failureKind=quota')).json()) as { jobs: { error: object }[] };
  assert.deepEqual(
    answer.jobs.map(({ error }) => error),
    [{ code: 'x', kind: 'quota', message: 'x', step: null }],
  );
  assert.equal((await server.request('/jobs?failureKind=bad')).status, 422);
});

test('a completed video is made again from a named step only', async (context) => {
  const server = await startTestServer(context);
  const { id } = await server.addFinishedVideo();
  const without = await control(server, `/jobs/${id}/retry`);
  assert.deepEqual([without.httpStatus, without.code], [409, 'job_already_completed']);
  const unknown = await control(server, `/jobs/${id}/retry?from=dance`);
  assert.deepEqual([unknown.httpStatus, unknown.code], [422, 'unknown_step']);
  const again = await control(server, `/jobs/${id}/retry?from=render`);
  assert.deepEqual([again.httpStatus, again.status], [202, 'queued']);
});

test('a video waits for its time, and tells it; one of higher priority is made first', async (context) => {
  const server = await startTestServer(context);
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const accepted = async (changes: object) =>
    (await (await server.postVideo({ ...GOOD_BODY, ...changes })).json()) as { video_id: string; status: string };
  const later = await accepted({ runAt: soon, priority: 10 });
  assert.equal(later.status, 'waiting');
  const status = (await (await server.request(`/video-status/${later.video_id}`)).json()) as Record<string, unknown>;
  assert.deepEqual([status['status'], status['run_at']], ['waiting', soon]);
  await accepted({});
  const urgent = await accepted({ priority: 1, runAt: '2001-01-01T00:00:00+02:00' });
  assert.equal(urgent.status, 'queued', 'a time that has passed is now');
  const claim = await server.jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
  assert.equal(claim?.jobId, urgent.video_id);
  const cancelled = await control(server, `/jobs/${later.video_id}/cancel`);
  assert.equal(cancelled.status, 'cancelled');
});

test('a video that is not there can be neither', async (context) => {
  const server = await startTestServer(context);
  for (const what of ['cancel', 'retry']) {
    const { httpStatus, code } = await control(server, `/jobs/vid_nobody/${what}`);
    assert.deepEqual([httpStatus, code], [404, 'video_not_found']);
  }
});
