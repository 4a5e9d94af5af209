import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import type { HeyGenFault } from './faults.ts';
import type { SimulatedVideo } from './videos.ts';

/** A call to an endpoint that was registered, and what it answered; null for no answer. */
export type SimulatedDelivery = {
  readonly videoId: string;
  readonly eventType: string;
  readonly status: number | null;
};

const ANSWER_MILLISECONDS = 10_000;
const ATTEMPTS = 3;
const STALE_SECONDS = 3_600;

/** The account's endpoints, and the deliveries to them as the documentation and its users describe them. */
export class SimulatedWebhooks {
  readonly secret = `whsec_${randomBytes(24).toString('base64url')}`;
  readonly deliveries: SimulatedDelivery[] = [];
  readonly #urls: string[] = [];
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  register(url: string): { readonly endpoint_id: string; readonly secret: string } {
    this.#urls.push(url);
    return { endpoint_id: `endpoint_${this.#urls.length}`, secret: this.secret };
  }

  /** Tells of a video that has ended, or as its fault has it. */
  tell(video: SimulatedVideo): void {
    if (video.fault === 'webhook-missing') return;
    const failed = video.failureCode !== null || video.fault === 'webhook-false';
    const telling = this.#deliver(video, failed ? 'avatar_video.fail' : 'avatar_video.success').catch(() => undefined);
    this.#underWay.add(telling);
    void telling.finally(() => this.#underWay.delete(telling));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #deliver(video: SimulatedVideo, eventType: string): Promise<void> {
    const eventId = randomUUID();
    const data = { video_id: video.id, callback_id: video.callbackId, url: null, folder_id: null };
    const body = JSON.stringify({ event_id: eventId, event_type: eventType, event_data: data });
    const times = video.fault === 'webhook-twice' ? 2 : 1;
    for (const url of this.#urls) {
      for (let time = 0; time < times; time += 1) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
          const status = await this.#post(url, { body, eventId, fault: video.fault });
          this.deliveries.push({ videoId: video.id, eventType, status });
          if (status !== null && status < 300) break;
        }
      }
    }
  }

  async #post(
    url: string,
    {
      body,
      eventId,
      fault,
    }: { readonly body: string; readonly eventId: string; readonly fault: HeyGenFault | undefined },
  ): Promise<number | null> {
    const secret = fault === 'webhook-unsigned' ? 'another secret' : this.secret;
    const ageSeconds = fault === 'webhook-stale' ? STALE_SECONDS : 0;
    const headers = {
      'content-type': 'application/json',
      'heygen-signature': createHmac('sha256', secret).update(body).digest('hex'),
      'heygen-timestamp': String(Math.floor(this.#clock.now() / 1000) - ageSeconds),
      'heygen-event-id': eventId,
    };
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MILLISECONDS)]);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      await response.body?.cancel();
      return response.status;
    } catch {
      return null;
    }
  }
}
