import type { WebhookAttempt, WebhookDelivery } from '../../jobs/webhook-outbox.ts';
import type { VideoStatus } from '../contract.ts';
import type { Delivery, WebhookEventType } from '../webhook-contract.ts';

/**
 * What a receiver is sent: what happened and when, and the video as it is now. After a retry that is not final any more, or it
 * has ended differently since; there is another message for that.
 */
export function toWebhookEvent(
  delivery: WebhookDelivery,
  status: VideoStatus,
): { readonly type: WebhookEventType; readonly timestamp: string; readonly data: VideoStatus } {
  return { type: typeOf(delivery), timestamp: toTimestamp(delivery.createdAt), data: status };
}

/** One line of `GET /jobs/{id}/deliveries`. */
export function toDelivery(delivery: WebhookDelivery, attempts: readonly WebhookAttempt[]): Delivery {
  return {
    id: delivery.id,
    video_id: delivery.jobId,
    type: typeOf(delivery),
    url: delivery.url,
    state: delivery.state,
    created_at: toTimestamp(delivery.createdAt),
    next_attempt_at: delivery.nextAttemptAt === null ? null : toTimestamp(delivery.nextAttemptAt),
    delivered_at: delivery.deliveredAt === null ? null : toTimestamp(delivery.deliveredAt),
    attempts: attempts.map(({ number, at, status, error, durationMilliseconds }) => ({
      number,
      at: toTimestamp(at),
      status,
      error,
      duration_ms: durationMilliseconds,
    })),
  };
}

function typeOf({ jobStatus }: WebhookDelivery): WebhookEventType {
  return `video.${jobStatus}`;
}

function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
