import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './errors.ts';
import { FAILURE_POLICY, type FailureKind } from './failure-policy.ts';
import { createVendorRecord } from './vendor-record.ts';

const failing = (kind: FailureKind) => new AppError({ code: 'planted', kind, message: 'Planted.' });

test('a vendor is as its last call says, and the last failure is remembered', async () => {
  const record = createVendorRecord();
  assert.deepEqual(record.read('a'), { state: 'unknown', lastFailure: null, error: null });
  const error = failing('quota');
  await assert.rejects(
    record.watch('a', async () => {
      throw error;
    }),
    error,
  );
  assert.deepEqual(record.read('a'), { state: 'failing', lastFailure: 'quota', error });
  assert.equal(await record.watch('a', async () => 7), 7);
  assert.deepEqual(record.read('a'), { state: 'ok', lastFailure: 'quota', error: null });
  assert.equal(record.read('b').state, 'unknown');
});

test('what is no fault of the vendor says nothing about it', () => {
  const kept = (Object.keys(FAILURE_POLICY) as FailureKind[]).filter((kind) => {
    const record = createVendorRecord();
    record.failed('a', failing(kind));
    return record.read('a').state === 'failing';
  });
  assert.deepEqual(kept, [
    'auth',
    'quota',
    'rate_limited',
    'timeout',
    'unavailable',
    'protocol',
    'bad_audio',
    'storage',
  ]);
});
