import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';
import { answers, startReceiver } from '../webhooks/receiver.ts';
import { until } from '../webhooks/sender-fixture.ts';

test('a newcomer is called back when the video is ready, over a restart too, and can have it replayed', async (context) => {
  const receiver = await startReceiver(answers(503), answers(200));
  context.after(receiver.close);
  await withTemporaryFolder(async (dataFolder) => {
    const first = await startServerProcess({ dataFolder });
    const { videoId } = await postVideo(first.address, {
      script: 'Hello there.',
      template: 'presenter1',
      userId: 'ada',
      callbackUrl: receiver.url,
    });
    await until(() => receiver.received.length === 1);
    await first.stop();

    // The second attempt comes five seconds after the first, from the second process.
    const second = await startServerProcess({ dataFolder });
    await until(() => receiver.received.length === 2);
    const secretFile = join(dataFolder, 'webhook-secret');
    assert.equal(statSync(secretFile).mode & 0o777, 0o600);
    const verify = (index: number) => {
      const message = receiver.received[index];
      assert.ok(message);
      const webhook = new Webhook(readFileSync(secretFile, 'utf8').trim());
      return webhook.verify(message.body, message.headers as Record<string, string>) as Record<string, unknown>;
    };
    const statusUrl = `${second.address}/video-status/${videoId}`;
    await waitUntilOver(statusUrl);
    const status = await (await fetch(statusUrl)).json();
    for (const index of [0, 1]) {
      const { type, data } = verify(index);
      assert.deepEqual([type, data], ['video.completed', status]);
    }

    const deliveriesUrl = `${second.address}/jobs/${videoId}/deliveries`;
    type Listed = { deliveries: { id: string; state: string; attempts: { status: number }[] }[] };
    const list = async () => ((await (await fetch(deliveriesUrl)).json()) as Listed).deliveries;
    await until(async () => (await list())[0]?.state === 'delivered');
    const [delivery] = await list();
    assert.deepEqual(
      delivery?.attempts.map((attempt) => attempt.status),
      [503, 200],
    );
    const replay = await fetch(`${deliveriesUrl}/${delivery.id}/replay`, { method: 'POST' });
    assert.equal(replay.status, 202);
    await until(() => receiver.received.length === 3);
    assert.equal(verify(2)['type'], 'video.completed');
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(await second.stop(), 0);
  });
});
