import { Webhook } from 'standardwebhooks';

/**
 * The headers by which a receiver knows that a message is ours and new. It is signed with every secret, so that a receiver may
 * know the old or the new one while they are changed. `atMilliseconds` is the time of this attempt.
 */
export function signWebhook(
  message: { readonly id: string; readonly atMilliseconds: number; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const at = new Date(message.atMilliseconds);
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(message.atMilliseconds / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body)).join(' '),
  };
}

/** `whsec_` and 24 to 64 bytes in base64. */
export function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}
