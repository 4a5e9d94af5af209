import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { systemClock } from '../core/clock.ts';
import { toAppError } from '../core/errors.ts';
import { encodeWav } from '../media/wav.ts';
import { createHttpClient } from '../net/http-client.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../simulators/heygen.ts';
import type { HeyGenFault } from '../simulators/heygen/faults.ts';
import { createHeyGenApi, type HeyGenApi } from '../video/providers/heygen/heygen-api.ts';
import { createHeyGenWebhook } from './heygen-webhook.ts';

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const { signal } = new AbortController();

describe('deliveries of a simulated HeyGen', () => {
  const woken: string[] = [];
  const httpClient = createHttpClient({
    connectSeconds: 5,
    headersSeconds: 5,
    bodyGapSeconds: 5,
    totalSeconds: 5,
    responseBytes: 1_000_000,
  });
  let simulator: HeyGenSimulator;
  let receiver: Server;
  let api: HeyGenApi;
  let lastKey = 0;

  before(async () => {
    simulator = await startHeyGenSimulator({
      clip: async () => ({ video: new Uint8Array(1), thumbnail: new Uint8Array(1) }),
      clock: systemClock,
      apiKey: 'simulated-key',
      lookIds: ['ada'],
      renderSeconds: 0.05,
    });
    const receive = createHeyGenWebhook(
      { heygenWebhookSecrets: [simulator.webhookSecret] },
      {
        jobs: { wake: async () => true },
        notifyJob: (jobId) => void woken.push(jobId),
        clock: systemClock,
        logger: QUIET,
      },
    );
    receiver = createServer((request, response) => {
      void (async () => {
        const answer = await receive({ headers: request.headers, body: await buffer(request) }).then(
          () => 204,
          (error: unknown) => (toAppError(error).code === 'webhook_refused' ? 401 : 500),
        );
        response.writeHead(answer).end();
      })();
    });
    receiver.listen(0, '127.0.0.1');
    await new Promise((resolve) => receiver.once('listening', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/heygen`;
    const registered = await httpClient.send({
      method: 'POST',
      url: `${simulator.url}/v3/webhooks/endpoints`,
      headers: { 'x-api-key': 'simulated-key', 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
      signal,
    });
    assert.equal(registered.status, 200);
    api = createHeyGenApi({ httpClient, baseUrl: simulator.url, apiKey: 'simulated-key' });
  });
  afterEach(() => simulator.faults.clear());
  after(async () => {
    await simulator.close();
    await new Promise((resolve) => receiver.close(resolve));
    await httpClient.close();
  });

  /** Has a video made for the job, and gives what was delivered for it once `count` deliveries were. */
  async function deliveriesOf(jobId: string, count: number) {
    const key = `${jobId}.${(lastKey += 1)}`;
    const speech = encodeWav({ samples: new Float32Array(2_400), sampleRateHz: 24_000 });
    const asset = await api.uploadWav(speech, { idempotencyKey: `${key}.wav`, signal });
    const video = await api.createVideo(
      {
        type: 'avatar',
        avatar_id: 'ada',
        audio_asset_id: asset,
        title: key,
        resolution: '1080p',
        aspect_ratio: '16:9',
        callback_id: jobId,
      },
      { idempotencyKey: key, signal },
    );
    const own = () => simulator.deliveries.filter(({ videoId }) => videoId === video);
    while (own().length < count) await sleep(5);
    return own().map(({ eventType, status }) => [eventType, status]);
  }

  const success = 'avatar_video.success';
  const fail = 'avatar_video.fail';
  const CASES: readonly (readonly [HeyGenFault | undefined, readonly (readonly [string, number])[], number])[] = [
    [undefined, [[success, 204]], 1],
    [
      'webhook-twice',
      [
        [success, 204],
        [success, 204],
      ],
      1,
    ],
    [
      'webhook-early',
      [
        [success, 204],
        [success, 204],
      ],
      2,
    ],
    // Only a hint: the job asks what became of the video all the same.
    ['webhook-false', [[fail, 204]], 1],
    ['render-failed', [[fail, 204]], 1],
    [
      'webhook-unsigned',
      [
        [success, 401],
        [success, 401],
        [success, 401],
      ],
      0,
    ],
    [
      'webhook-stale',
      [
        [success, 401],
        [success, 401],
        [success, 401],
      ],
      0,
    ],
  ];
  for (const [fault, expected, wakes] of CASES) {
    it(`${fault ?? 'no fault'}: the job is woken ${wakes} times`, async () => {
      const jobId = `vid_${fault ?? 'whole'}`;
      if (fault !== undefined) simulator.faults.set(fault, { times: 1 });
      assert.deepEqual(await deliveriesOf(jobId, expected.length), expected);
      assert.equal(woken.filter((id) => id === jobId).length, wakes);
    });
  }
});
