import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../core/errors.ts';
import { jsonObject } from './json-object.ts';

/** What a delivery says. It is a hint: what became of the video is asked of HeyGen itself. */
export type HeyGenNotice = {
  /** The same for every delivery of one event. */
  readonly eventId: string;
  /** What the video was asked for with. */
  readonly callbackId: string | undefined;
};

export type WebhookRequest = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
};

const OLDEST_SECONDS = 300;
const LONGEST_ID = 200;

/**
 * Reads a delivery of HeyGen: `Heygen-Signature` is the HMAC-SHA256 of the raw body in hex, `Heygen-Timestamp` Unix seconds,
 * which the signature does not cover. Throws AppError `webhook_refused`, which does not say what the signature should be.
 */
export function readHeyGenWebhook(
  { headers, body }: WebhookRequest,
  options: { readonly secrets: readonly string[]; readonly now: number },
): HeyGenNotice {
  const signature = headers['heygen-signature'];
  if (typeof signature !== 'string' || !options.secrets.some((secret) => signs(secret, body, signature))) {
    throw refused('Heygen-Signature must be the HMAC-SHA256 of the body under HEYGEN_WEBHOOK_SECRET, in hex.');
  }
  const timestamp = Number(headers['heygen-timestamp'] ?? Number.NaN);
  const ageSeconds = options.now / 1000 - timestamp;
  if (!(Math.abs(ageSeconds) <= OLDEST_SECONDS)) {
    throw refused(`Heygen-Timestamp must be at most ${OLDEST_SECONDS} seconds from now, in Unix seconds.`);
  }
  const fields = jsonObject(body);
  const event = jsonObject(fields['event_data']);
  return {
    // Without a name of its own an event is known by what it says.
    eventId: idOf(headers['heygen-event-id']) ?? idOf(fields['event_id']) ?? digest(body),
    callbackId: idOf(event['callback_id']),
  };
}

function signs(secret: string, body: Uint8Array, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : Buffer.alloc(expected.length);
  return timingSafeEqual(expected, given);
}

function digest(body: Uint8Array): string {
  return createHmac('sha256', 'event').update(body).digest('hex');
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : undefined;
}

function refused(message: string): AppError {
  return new AppError({ code: 'webhook_refused', kind: 'invalid_input', message });
}
