import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Claim } from '../../src/jobs/job-store.ts';
import { GOOD_BODY, startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

type StreamEvent = { readonly id: number; readonly type: string; readonly data: Record<string, unknown> };

async function startJob(server: TestServer): Promise<Claim> {
  await server.postVideo(GOOD_BODY);
  return (await server.jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 }))!;
}

/** Reads events until there are `count`, or to the end of the stream. */
async function readEvents(
  server: TestServer,
  jobId: string,
  options: { readonly lastEventId?: number; readonly count?: number } = {},
): Promise<{ readonly events: readonly StreamEvent[]; readonly comments: readonly string[]; readonly status: number }> {
  const { lastEventId, count = Infinity } = options;
  const leaving = new AbortController();
  const response = await fetch(`${server.url}/jobs/${jobId}/events`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) },
    signal: leaving.signal,
  });
  const events: StreamEvent[] = [];
  const comments: string[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2)]),
      );
      if (fields['id'] === undefined) comments.push(block);
      else
        events.push({
          id: Number(fields['id']),
          type: fields['event'] ?? '',
          data: JSON.parse(fields['data'] ?? '{}') as StreamEvent['data'],
        });
    }
    if (events.length >= count) break;
  }
  leaving.abort();
  return { events, comments, status: response.status };
}

test('a job is told from its first event to its last, and the stream ends there', async (context) => {
  const server = await startTestServer(context);
  const claim = await startJob(server);
  const reading = readEvents(server, claim.jobId);
  await server.jobs.beginStep(claim, 'render');
  for (let index = 1; index <= 5; index++) await server.jobs.reportProgress(claim, { progress: index / 10 });
  await server.jobs.completeStep(claim, 'render', null);
  await server.jobs.fail(claim, { code: 'internal_error', kind: 'internal', message: 'It broke.', step: 'render' });
  const { events } = await reading;
  assert.deepEqual(
    events.map(({ type, data }) => [type, data['status'] ?? data['progress']]),
    [
      ['status', 'queued'],
      ['status', 'running'],
      ['step', 'running'],
      ...[0.1, 0.2, 0.3, 0.4, 0.5].map((progress) => ['progress', progress]),
      ['step', 'completed'],
      ['status', 'failed'],
    ],
  );
  assert.equal(new Set(events.map((event) => event.data['video_id'])).size, 1);
});

test('a reader that comes back at any event misses none and sees none twice', async (context) => {
  const server = await startTestServer(context);
  const other = await startJob(server);
  const claim = await startJob(server);
  await server.jobs.beginStep(claim, 'render');
  for (let index = 1; index <= 20; index++) {
    await server.jobs.reportProgress(claim, { progress: index / 30 });
    await server.jobs.reportProgress(other, { progress: index / 30 });
  }
  const { events: all } = await readEvents(server, claim.jobId, { count: 23 });
  assert.equal(all.length, 23);
  const pieces: StreamEvent[] = [];
  let lastEventId: number | undefined;
  for (const count of [1, 3, 7, 2, 10]) {
    const { events } = await readEvents(server, claim.jobId, {
      count,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    });
    pieces.push(...events.slice(0, count));
    lastEventId = pieces.at(-1)?.id;
  }
  assert.deepEqual(pieces, all);
  for (const [index, event] of all.entries()) {
    const rest = all.slice(index + 1);
    if (rest.length === 0 || index % 4 !== 0) continue;
    const { events } = await readEvents(server, claim.jobId, { lastEventId: event.id, count: rest.length });
    assert.deepEqual(events.slice(0, rest.length), rest);
  }
});

test('events that happen while a reader comes back are neither lost nor doubled', async (context) => {
  const server = await startTestServer(context);
  const claim = await startJob(server);
  await server.jobs.beginStep(claim, 'render');
  const readers = Array.from({ length: 8 }, () => readEvents(server, claim.jobId));
  for (let index = 1; index <= 60; index++) {
    await server.jobs.reportProgress(claim, { progress: index / 100 });
    if (index % 7 === 0) readers.push(readEvents(server, claim.jobId));
  }
  await server.jobs.finish(claim, null);
  const results = await Promise.all(readers);
  const ids = results[0]!.events.map((event) => event.id);
  assert.deepEqual(
    ids,
    [...new Set(ids)].toSorted((a, b) => a - b),
  );
  assert.equal(ids.length, 64);
  for (const { events } of results)
    assert.deepEqual(
      events.map((event) => event.id),
      ids,
    );
});

test('after the end there is nothing more to come: 204 stops a browser', async (context) => {
  const server = await startTestServer(context);
  const { id } = await server.addFinishedVideo();
  const { events } = await readEvents(server, id);
  assert.equal(events.at(-1)?.data['status'], 'completed');
  const response = await server.request(`/jobs/${id}/events`, {
    headers: { 'last-event-id': String(events.at(-1)?.id) },
  });
  assert.equal(response.status, 204);
});

test('a last event id that is none is refused', async (context) => {
  const server = await startTestServer(context);
  const { id } = await server.addFinishedVideo();
  for (const lastEventId of ['abc', '-1', '1.5', '9'.repeat(16)]) {
    const response = await server.request(`/jobs/${id}/events`, { headers: { 'last-event-id': lastEventId } });
    assert.equal(response.status, 422, lastEventId);
  }
});

test('a silent stream is kept open by comments', async (context) => {
  const server = await startTestServer(context, { heartbeatMilliseconds: 5 });
  const claim = await startJob(server);
  const reading = readEvents(server, claim.jobId, { count: 3 });
  const socketWasQuiet = once(AbortSignal.timeout(60), 'abort');
  await socketWasQuiet;
  await server.jobs.reportProgress(claim, { progress: 0.5 });
  const { comments } = await reading;
  assert.ok(comments.includes(': still here'), comments.join('|'));
});

test('a reader that goes away is forgotten', async (context) => {
  let open = 0;
  const forgotten = Promise.withResolvers<void>();
  const server = await startTestServer(context, {
    watchHub: (hub) => ({
      subscribe(options) {
        open += 1;
        options.signal?.addEventListener('abort', () => {
          open -= 1;
          forgotten.resolve();
        });
        return hub.subscribe(options);
      },
    }),
  });
  const claim = await startJob(server);
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`GET /jobs/${claim.jobId}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await once(socket, 'data');
  assert.equal(open, 1);
  socket.destroy();
  await forgotten.promise;
  assert.equal(open, 0);
});

test('closing the server ends its streams', async (context) => {
  const server = await startTestServer(context);
  const claim = await startJob(server);
  const reading = readEvents(server, claim.jobId);
  await fetch(`${server.url}/health`);
  await server.close();
  const { events } = await reading;
  assert.deepEqual(
    events.map((event) => event.data['status']),
    ['queued', 'running'],
  );
});

test('a reader that takes nothing more is cut off, others get all, and large events come through', async (context) => {
  const server = await startTestServer(context, { stalledMilliseconds: 300 });
  const claim = await startJob(server);
  await server.jobs.beginStep(claim, 'render');
  const stalled = connect(server.port, '127.0.0.1');
  const cut = once(stalled, 'close');
  stalled.on('error', () => {});
  stalled.write(`GET /jobs/${claim.jobId}/events HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(stalled, 'readable');
  stalled.pause();
  const largeEvents = 300;
  const reading = readEvents(server, claim.jobId, { count: 3 + largeEvents });
  // More than the system keeps for a connection between the two.
  for (let index = 0; index < largeEvents; index++) {
    await server.jobs.reportProgress(claim, { progress: 0.5, detail: 'x'.repeat(50_000) });
  }
  const { events } = await reading;
  assert.equal(events.length, 3 + largeEvents);
  assert.ok(events.every(({ id }, index) => index === 0 || id > (events[index - 1]?.id ?? Infinity)));
  // The server is not asked to close here: the cut is its own.
  stalled.resume();
  await cut;
});
