import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isWebhookSecret, signWebhook } from './sign-webhook.ts';

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const body = fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ text }));

describe('the signature of a webhook', () => {
  it('is accepted with any of the secrets, by the official verifier, and with no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(secret, { minLength: 2, maxLength: 4 }), body, ([stranger, ...secrets], body) => {
        const headers = signWebhook({ id: 'msg_1', atMilliseconds: Date.now(), body }, secrets);
        for (const known of secrets) assert.deepEqual(new Webhook(known).verify(body, headers), JSON.parse(body));
        assert.throws(() => new Webhook(stranger ?? '').verify(body, headers), /No matching signature/);
        assert.throws(() => new Webhook(secrets[0] ?? '').verify(`${body} `, headers), /No matching signature/);
        const otherId = { ...headers, 'webhook-id': 'msg_2' };
        assert.throws(() => new Webhook(secrets[0] ?? '').verify(body, otherId), /No matching signature/);
      }),
    );
  });

  it('is the HMAC that the five lines of the documentation compute', () => {
    const key = Buffer.alloc(32, 7);
    const message = { id: 'msg_1', atMilliseconds: 1_700_000_000_999, body: '{"ü":1}' };
    const headers = signWebhook(message, [`whsec_${key.toString('base64')}`]);
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${message.body}`;
    assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    assert.equal(headers['webhook-timestamp'], '1700000000');
  });

  it('takes secrets of 24 to 64 bytes in canonical base64 only', () => {
    const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
    for (const bytes of [24, 32, 64]) assert.equal(isWebhookSecret(of(bytes)), true);
    const wrong = [
      of(23),
      of(65),
      of(32).slice(6),
      of(32).slice(0, -1),
      `${of(32)}=`,
      `${of(32)} `,
      'whsec_',
      '',
      'whsec_////',
      of(32).replace('whsec', 'WHSEC'),
    ];
    for (const text of wrong) assert.equal(isWebhookSecret(text), false, text);
  });
});
