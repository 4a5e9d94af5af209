import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_BODY, startTestServer, type TestServer } from './test-server.ts';

const KEY = 'a1b2-c3d4';

async function post(server: TestServer, body: object, key: string) {
  const response = await server.postVideo(body, { 'idempotency-key': key });
  const text = await response.text();
  const { video_id: videoId, code } = JSON.parse(text) as { readonly video_id?: string; readonly code?: string };
  return { status: response.status, headers: response.headers, text, videoId, code };
}

async function videoCount(server: TestServer): Promise<number> {
  return (await server.jobs.list({ limit: 1000 })).jobs.length;
}

test('the same request with the same key makes one video, and gets the same answer to the byte', async (context) => {
  const server = await startTestServer(context);
  const first = await post(server, GOOD_BODY, KEY);
  assert.equal(first.status, 202);
  assert.equal(first.headers.get('idempotent-replayed'), null);
  const reordered = Object.fromEntries(Object.entries(GOOD_BODY).toReversed());
  for (const body of [GOOD_BODY, reordered]) {
    const again = await post(server, body, KEY);
    assert.equal(again.status, 202);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('location'), first.headers.get('location'));
    assert.equal(again.text, first.text);
  }
  assert.equal(await videoCount(server), 1);
});

test('another key, another user and no key at all are other requests', async (context) => {
  const server = await startTestServer(context);
  const answers = [
    await post(server, GOOD_BODY, KEY),
    await post(server, GOOD_BODY, `${KEY}-2`),
    await post(server, { ...GOOD_BODY, userId: 'grace@example.com' }, KEY),
    JSON.parse(await (await server.postVideo(GOOD_BODY)).text()) as { video_id: string },
    JSON.parse(await (await server.postVideo(GOOD_BODY)).text()) as { video_id: string },
  ];
  const ids = answers.map((answer) => ('video_id' in answer ? answer.video_id : answer.videoId));
  assert.equal(new Set(ids).size, 5);
  assert.equal(await videoCount(server), 5);
});

test('a key that came with another request is refused, and nothing is made', async (context) => {
  const server = await startTestServer(context);
  await post(server, GOOD_BODY, KEY);
  const other = await post(server, { ...GOOD_BODY, script: 'Something else.' }, KEY);
  assert.deepEqual([other.status, other.code], [422, 'idempotency_key_reused']);
  assert.equal(await videoCount(server), 1);
});

test('a request that is refused does not use up its key', async (context) => {
  const server = await startTestServer(context);
  assert.equal((await post(server, { ...GOOD_BODY, script: '' }, KEY)).status, 422);
  assert.equal((await post(server, GOOD_BODY, KEY)).status, 202);
});

test('a key that no header should hold is refused with the rule', async (context) => {
  const server = await startTestServer(context);
  for (const key of ['with space', 'x'.repeat(256), 'tab\there']) {
    const { status, code } = await post(server, GOOD_BODY, key);
    assert.deepEqual([status, code], [400, 'invalid_idempotency_key'], key);
  }
  assert.equal((await post(server, GOOD_BODY, 'x'.repeat(255))).status, 202);
  assert.equal(await videoCount(server), 1);
});

test('while the first request is being answered a second one is told to come back, and then gets its answer', async (context) => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const server: TestServer = await startTestServer(context, {
    createVideoOnce: async (request, { key, fingerprint, answer }) => {
      reached.resolve();
      await gate;
      const job = { id: 'vid_held', userId: request.userId, input: request, priority: 0, runAt: 0 };
      const once = await server.jobs.createOnce(job, { key, fingerprint, answer: answer(job.id) });
      return { ...once, answer: once.answer as ReturnType<typeof answer> };
    },
  });
  const first = post(server, GOOD_BODY, KEY);
  await reached.promise;
  const second = await post(server, GOOD_BODY, KEY);
  assert.deepEqual([second.status, second.code], [409, 'idempotency_in_progress']);
  assert.equal(second.headers.get('retry-after'), '1');
  open();
  assert.equal((await first).status, 202);
  assert.equal((await post(server, GOOD_BODY, KEY)).text, (await first).text);
  assert.equal(await videoCount(server), 1);
});

test('two hundred at once, some of whom hang up, make one video', async (context) => {
  const server = await startTestServer(context);
  const attempt = async (index: number): Promise<string | undefined> => {
    const leaving = new AbortController();
    if (index % 5 === 0) setTimeout(() => leaving.abort(), index / 10);
    try {
      const response = await fetch(`${server.url}/generate-video`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': KEY },
        body: JSON.stringify(GOOD_BODY),
        signal: leaving.signal,
      });
      const text = await response.text();
      assert.ok(response.status === 202 || response.status === 409, text);
      return response.status === 202 ? text : undefined;
    } catch (thrown) {
      if (leaving.signal.aborted) return undefined;
      throw thrown;
    }
  };
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => attempt(index)));
  answers.push(await attempt(1));
  assert.equal(new Set(answers.filter((answer) => answer !== undefined)).size, 1);
  assert.equal(await videoCount(server), 1);
});
