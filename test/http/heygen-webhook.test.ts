import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { GOOD_BODY, startTestServer, type TestServer } from './test-server.ts';

const SECRETS = ['whsec_before', 'whsec_after'];

describe('POST /webhooks/heygen', () => {
  let server: TestServer;
  const notified: string[] = [];
  before(async () => {
    server = await startTestServer(
      { after() {} },
      {
        environment: { HEYGEN_WEBHOOK_SECRET: SECRETS.join(',') },
        notifyJob: (jobId) => void notified.push(jobId),
      },
    );
  });

  after(() => server.close());

  /** A job that waits for its provider for an hour. */
  async function waitingJob(): Promise<string> {
    const { video_id: id } = (await (await server.postVideo(GOOD_BODY)).json()) as { video_id: string };
    const claim = await server.jobs.claimNext({ workerId: 'worker', leaseMilliseconds: 60_000 });
    assert.equal(claim?.jobId, id);
    const waitingFor = { reason: 'provider_works', message: 'HeyGen makes the video.' } as const;
    await server.jobs.suspend(claim, { delayMilliseconds: 3_600_000, waitingFor });
    return id;
  }

  async function isDue(id: string): Promise<boolean> {
    return ((await server.jobs.get(id))?.runAt ?? Infinity) <= Date.now();
  }

  type Delivery = { secret?: string; ageSeconds?: number; eventId?: string; signature?: string };
  const eventOf = (callbackId: string): string =>
    JSON.stringify({ event_type: 'avatar_video.success', event_data: { video_id: 'v1', callback_id: callbackId } });
  function deliver(body: string | Buffer, delivery: Delivery = {}): Promise<Response> {
    const { secret = SECRETS[0]!, ageSeconds = 0, eventId = crypto.randomUUID() } = delivery;
    const signature = delivery.signature ?? createHmac('sha256', secret).update(body).digest('hex');
    return server.request('/webhooks/heygen', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'heygen-signature': signature,
        'heygen-timestamp': String(Math.floor(Date.now() / 1000) - ageSeconds),
        'heygen-event-id': eventId,
      },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
  }
  async function codeOf(response: Response): Promise<string> {
    return ((await response.json()) as { code: string }).code;
  }

  it('has the job look at once, under either secret', async () => {
    for (const secret of SECRETS) {
      const id = await waitingJob();
      notified.length = 0;
      assert.equal((await deliver(eventOf(id), { secret })).status, 204);
      assert.equal(await isDue(id), true);
      assert.deepEqual(notified, [id]);
      assert.equal((await server.jobs.get(id))?.status, 'waiting', 'the job itself finds out what became of the video');
      await server.jobs.requestCancel(id);
    }
  });

  it('takes an event once, however often it is delivered', async () => {
    const id = await waitingJob();
    notified.length = 0;
    const eventId = 'event-1';
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await deliver(eventOf(id), { eventId })).status, 204);
    }
    assert.deepEqual(notified, [id]);
    await server.jobs.requestCancel(id);
  });

  it('refuses what is not signed, or late, and changes nothing', async () => {
    const id = await waitingJob();
    const bodies: readonly Delivery[] = [
      { secret: 'whsec_other' },
      { signature: '' },
      { signature: 'zz'.repeat(32) },
      { ageSeconds: 301 },
      { ageSeconds: -302 },
    ];
    for (const delivery of bodies) {
      const response = await deliver(eventOf(id), delivery);
      assert.equal(response.status, 401);
      assert.equal(await codeOf(response), 'webhook_refused');
    }
    const unsigned = await server.request('/webhooks/heygen', { method: 'POST', body: eventOf(id) });
    assert.equal(unsigned.status, 401);
    assert.equal(await isDue(id), false);
    await server.jobs.requestCancel(id);
  });

  it('takes whatever else is signed, and wakes nobody', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        assert.equal((await deliver(Buffer.from(body))).status, 204);
      }),
      { numRuns: 60 },
    );
    assert.equal((await deliver(eventOf('vid_of_somebody_else'))).status, 204);
  });

  it('reads no more than it has to', async () => {
    assert.equal((await deliver(`"${'x'.repeat(70_000)}"`)).status, 413);
  });

  it('is closed without a secret', async (context) => {
    const { request } = await startTestServer(context);
    const response = await request('/webhooks/heygen', { method: 'POST', body: '{}' });
    assert.equal(response.status, 404);
    assert.equal(await codeOf(response), 'webhooks_not_configured');
  });
});
