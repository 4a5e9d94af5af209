import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { HttpFailure } from './http-client.ts';
import { createVendorFailures, retryAfterSeconds, vendorCode } from './vendor-failure.ts';

const { failure, transportFailure } = createVendorFailures({
  cancelled: { code: 'cancelled' },
  timeout: { code: 'vendor_timeout' },
  unavailable: { code: 'vendor_unavailable' },
  protocol: { code: 'vendor_unreadable' },
  auth: { code: 'vendor_key_refused' },
  quota: { code: 'vendor_quota' },
});

function waits(headers: Readonly<Record<string, string>>): number | undefined {
  return retryAfterSeconds({ status: 429, headers, bytes: new Uint8Array() });
}

test('Retry-After is a number of seconds, or a date measured against the date of the answer', () => {
  assert.equal(waits({ 'retry-after': ' 7 ' }), 7);
  assert.equal(waits({ 'retry-after': '0.5' }), 0.5);
  const date = 'Mon, 23 Nov 2026 10:00:00 GMT';
  assert.equal(waits({ 'retry-after': 'Mon, 23 Nov 2026 10:01:30 GMT', date }), 90);
  assert.equal(waits({ 'retry-after': 'Mon, 23 Nov 2026 09:59:00 GMT', date }), 0);
  assert.equal(waits({ 'retry-after': 'Mon, 23 Nov 2026 10:01:30 GMT' }), undefined);
  for (const value of ['', '-3', 'soon', 'Infinity', '9'.repeat(30)])
    assert.equal(waits({ 'retry-after': value, date }), undefined);
  assert.equal(waits({}), undefined);
});

test('whatever the header says, the wait is a finite number that is not negative, or none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, date) => {
      const seconds = waits({ 'retry-after': value, date });
      assert.ok(seconds === undefined || (Number.isFinite(seconds) && seconds >= 0));
    }),
  );
});

test('a code is shown only if it is an identifier', () => {
  assert.equal(vendorCode('only_for_creator+'), 'only_for_creator+');
  for (const value of ['Incorrect API key: sk-1', '', 'a'.repeat(61), 7, null])
    assert.equal(vendorCode(value), undefined);
});

test('a request without an answer says why, and other errors stay what they are', () => {
  const lost = transportFailure('The vendor', new HttpFailure('connection_lost', 'The connection was lost.'));
  assert.ok(lost instanceof AppError);
  assert.deepEqual([lost.code, lost.kind, lost.neverSent], ['vendor_unavailable', 'unavailable', false]);
  assert.equal(lost.message, 'The vendor gave no complete answer. The connection was lost.');
  const other = new TypeError('ours');
  assert.equal(transportFailure('The vendor', other), other);
});

test('a request that never left is told from one that may have arrived', () => {
  const unsent = transportFailure('The vendor', new HttpFailure('connect_failed', 'No connection could be made.'));
  assert.ok(unsent instanceof AppError);
  assert.equal(unsent.neverSent, true);
  assert.equal(failure('The vendor', 'quota', 'is out of credit').message, 'The vendor is out of credit.');
});
