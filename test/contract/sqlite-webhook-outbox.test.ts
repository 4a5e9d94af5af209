import { webhookOutboxContract } from './webhook-outbox.ts';
import { openStage } from '../webhooks/sender-fixture.ts';

webhookOutboxContract('sqlite', async (context) => openStage(context));
