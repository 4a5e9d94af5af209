import { Type } from 'typebox';
import type { Static } from 'typebox';
import { choice, closed, Link, nullable, Timestamp } from './contract-parts.ts';

const EVENT_TYPES = ['video.completed', 'video.failed', 'video.cancelled'] as const;
export type WebhookEventType = (typeof EVENT_TYPES)[number];

const DeliveryId = Type.String({ examples: ['msg_01jdb2m7q0v9x3k4n5p6r7s8t9'] });

const AttemptSchema = Type.Object(
  {
    number: Type.Integer({ minimum: 1 }),
    at: Timestamp,
    status: nullable(Type.Integer(), { description: 'What the receiver answered; null when it did not.' }),
    error: nullable(Type.String(), { description: 'Why the attempt failed; null when it did not, or is under way.' }),
    duration_ms: nullable(Type.Integer({ minimum: 0 }), { description: 'Null while the attempt is under way.' }),
  },
  { ...closed, title: 'DeliveryAttempt' },
);

export const DeliverySchema = Type.Object(
  {
    id: Type.String({
      description: 'The `webhook-id` header of every attempt.',
      examples: ['msg_01jdb2m7q0v9x3k4n5p6r7s8t9'],
    }),
    video_id: Type.String(),
    type: choice(EVENT_TYPES, { description: 'How the video ended.' }),
    url: Link,
    state: choice(['pending', 'delivered', 'failed', 'disabled'], {
      description: '`failed` after ten attempts; `disabled` by an answer of 410.',
    }),
    created_at: Timestamp,
    next_attempt_at: nullable(Timestamp),
    delivered_at: nullable(Timestamp),
    attempts: Type.Array(AttemptSchema, { description: 'The last 50, oldest first.' }),
  },
  { ...closed, title: 'Delivery' },
);
export type Delivery = Static<typeof DeliverySchema>;

export const DeliveryListSchema = Type.Object(
  { deliveries: Type.Array(DeliverySchema, { description: 'The 100 newest, newest first.' }) },
  { ...closed, title: 'DeliveryList' },
);

export const DeliveryParametersSchema = Type.Object({ video_id: Type.String(), delivery_id: DeliveryId }, closed);
