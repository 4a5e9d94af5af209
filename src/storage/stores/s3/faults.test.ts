import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { ACCOUNT, failsAs, keyOf, startStore } from '../../../../test/fixtures/s3-store.ts';
import { AppError } from '../../../core/errors.ts';
import { openS3Store } from '../s3.ts';

const { signal } = new AbortController();

for (const scenario of ['slow-down', 'rate-limited-400', 'internal-error', 'refuse'] as const) {
  test(`${scenario}: what passes is tried again`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    simulator.faults.set(scenario, { times: 2 });
    assert.equal((await store.putBytes(keyOf(bytes), bytes, { signal })).bytes, 1000);
    assert.equal(simulator.faults.active(), undefined);
  });
}

for (const [scenario, message] of [
  ['slow-down', /asks for fewer requests/],
  ['rate-limited-400', /asks for fewer requests/],
  ['internal-error', /answered 500/],
  ['refuse', /cannot be reached, or broke off/],
] as const) {
  test(`${scenario}: what does not pass is a storage failure that a job tries again later`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    simulator.faults.set(scenario);
    await assert.rejects(store.getBytes(keyOf(bytes), { signal }), failsAs('storage_failed', 'storage', message));
    assert.equal(simulator.requests.length, 4);
  });
}

for (const [scenario, code, message] of [
  ['signature-does-not-match', 'storage_access_refused', /WASABI_SECRET_KEY/],
  ['invalid-access-key', 'storage_access_refused', /WASABI_ACCESS_KEY/],
  ['access-denied', 'storage_access_refused', /s3:PutObject/],
  ['clock-skew', 'storage_access_refused', /clock of this machine/],
  ['no-such-bucket', 'storage_bucket_missing', /bucket ai-videos does not exist.*WASABI_BUCKET_NAME/],
  ['wrong-region', 'storage_bucket_missing', /WASABI_REGION/],
] as const) {
  test(`${scenario}: said in words that help, whatever is asked, and asked once only`, async (context) => {
    const { simulator, store } = await startStore(context);
    const bytes = randomBytes(1000);
    const key = keyOf(bytes);
    simulator.faults.set(scenario);
    for (const work of [
      () => store.getBytes(key, { signal }),
      () => buffer(store.createReadStream(key)),
      () => store.delete(key),
    ]) {
      const before = simulator.requests.length;
      await assert.rejects(work(), failsAs(code, 'auth', message));
      // The SDK corrects its clock once.
      assert.ok(simulator.requests.length - before <= (scenario === 'clock-skew' ? 2 : 1));
    }
    await assert.rejects(store.head(key), failsAs(code, 'auth', message));
    await assert.rejects(store.putBytes(key, bytes, { signal }), failsAs(code, 'auth', message));
    assert.equal(
      simulator.requests.some(({ method }) => method === 'PUT'),
      false,
    );
  });
}

test('a wrong key, secret, bucket or region is told apart by a server that checks them', async (context) => {
  const bytes = randomBytes(100);
  for (const [overrides, code, message] of [
    [{ accessKey: 'another-access-key' }, 'storage_access_refused', /WASABI_ACCESS_KEY/],
    [{ secretKey: 'another-secret-key' }, 'storage_access_refused', /WASABI_SECRET_KEY/],
    [{ bucket: 'another-bucket' }, 'storage_bucket_missing', /another-bucket does not exist/],
    [{ region: 'us-west-1' }, 'storage_bucket_missing', /WASABI_REGION/],
  ] as const) {
    const { store } = await startStore(context, overrides);
    await assert.rejects(store.head(keyOf(bytes)), failsAs(code, 'auth', message));
    await assert.rejects(store.putBytes(keyOf(bytes), bytes, { signal }), failsAs(code, 'auth', message));
  }
});

test('what is thrown, for the log as well, has neither a key nor what was signed', async (context) => {
  for (const wrong of [{ secretKey: 'another-secret-key' }, { accessKey: 'another-access-key' }]) {
    const { store } = await startStore(context, wrong);
    const error: unknown = await store.getBytes(keyOf(randomBytes(3)), { signal }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof AppError && error.cause instanceof Error);
    assert.match(error.cause.message, /^(SignatureDoesNotMatch|InvalidAccessKeyId): .* \(403, simulated-\d+\)$/);
    const everything = inspect(error, { depth: 10, showHidden: true });
    assert.doesNotMatch(everything, /(secret|access)-key|AWS4-HMAC/);
  }
});

test('a server that does not heed ranges is found out', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(1000);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('range-ignored');
  const message = /answered with other bytes than those asked for/;
  const range = { start: 10, end: 19 };
  await assert.rejects(buffer(store.createReadStream(key, range)), failsAs('storage_failed', 'storage', message));
  assert.ok(bytes.equals(await buffer(store.createReadStream(key))));
});

test('a request that hangs ends when the work is cancelled', async (context) => {
  const { simulator, store } = await startStore(context);
  const cancelling = new AbortController();
  simulator.faults.set('hang');
  const seen = assert.rejects(store.getBytes(keyOf(randomBytes(3)), { signal: cancelling.signal }), {
    code: 'cancelled',
  });
  while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  cancelling.abort();
  await seen;
});

test('a download that breaks off goes on where it broke', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(400_000);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('drop-mid-body', { times: 2 });
  assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  simulator.faults.set('drop-mid-body', { times: 1 });
  const range = { start: 10, end: 300_000 };
  assert.ok(bytes.subarray(10, 300_001).equals(await buffer(store.createReadStream(key, range))));
});

test('a download goes on for as long as bytes come', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(16 * 1024 ** 2);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('drop-mid-body', { times: 7 });
  assert.ok(bytes.equals(await store.getBytes(key, { signal })));
  assert.equal(simulator.faults.active(), undefined);
});

test('a reader that pauses for longer than a connection lives gets all of it', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(16 * 1024 ** 2);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  const impatient = openS3Store({ ...ACCOUNT, endpoint: simulator.url, idleTimeoutMilliseconds: 300 });
  context.after(() => impatient.close());
  const read: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of impatient.createReadStream(key) as AsyncIterable<Buffer>) {
    read.push(chunk);
    byteCount += chunk.length;
    if (byteCount % (6 * 1024 ** 2) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 900));
  }
  assert.ok(bytes.equals(Buffer.concat(read)));
  assert.ok(
    simulator.requests.filter(({ method }) => method === 'GET').length > 1,
    'the connection must have been lost',
  );
});

test('a download that always breaks off is a storage failure', async (context) => {
  const { simulator, store } = await startStore(context);
  const bytes = randomBytes(400_000);
  const { key } = await store.putBytes(keyOf(bytes), bytes, { signal });
  simulator.faults.set('drop-mid-body');
  await assert.rejects(store.getBytes(key, { signal }), failsAs('storage_failed', 'storage', /broke off/));
});

test('a server that is silent is given up', async (context) => {
  const { simulator, store } = await startStore(context, { idleTimeoutMilliseconds: 50 });
  simulator.faults.set('hang');
  await assert.rejects(store.head(keyOf(randomBytes(3))), failsAs('storage_failed', 'storage', /cannot be reached/));
});
