import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { settle } from '../../../test/fixtures/manual-time.ts';
import { createSingleFlight } from './single-flight.ts';

const { signal: never } = new AbortController();

test('a hundred at once get one piece of work, and exactly one of them is the first', async () => {
  const flights = createSingleFlight<object>();
  let runs = 0;
  const work = async (): Promise<object> => {
    runs += 1;
    await settle();
    return { runs };
  };
  const landed = await Promise.all(Array.from({ length: 100 }, () => flights.run('key', work, never)));
  assert.equal(runs, 1);
  assert.equal(new Set(landed.map(({ result }) => result)).size, 1);
  assert.equal(landed.filter(({ isFirst }) => isFirst).length, 1);
});

test('other keys do not wait', async () => {
  const flights = createSingleFlight<string>();
  const stuck = new AbortController();
  const waiting = flights.run('a', () => new Promise(() => {}), stuck.signal);
  assert.equal((await flights.run('b', async () => 'done', never)).result, 'done');
  stuck.abort();
  await assert.rejects(waiting, { kind: 'cancelled' });
});

test('a failure goes to all who wait, unchanged, and the next one tries anew', async () => {
  const flights = createSingleFlight<string>();
  const failure = new Error('no voice');
  const attempts = Array.from({ length: 5 }, () => flights.run('key', () => Promise.reject(failure), never));
  for (const attempt of await Promise.allSettled(attempts)) {
    assert.ok(attempt.status === 'rejected' && attempt.reason === failure);
  }
  const thrower = (): Promise<string> => {
    throw failure;
  };
  await assert.rejects(flights.run('key', thrower, never), failure);
  const retried = attempts[0]?.catch(() => flights.run('key', async () => 'spoken', never));
  assert.deepEqual(await retried, { result: 'spoken', isFirst: true });
});

test('a signal that has already fired starts nothing', async () => {
  const flights = createSingleFlight<string>();
  const work = (): never => assert.fail('the work was started');
  await assert.rejects(flights.run('key', work, AbortSignal.abort()), { code: 'cancelled' });
  const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
  await assert.rejects(flights.run('key', work, late), { kind: 'timeout' });
  await assert.rejects(flights.run('key', work, AbortSignal.abort('why not')), { kind: 'cancelled' });
});

test('who joins after all others left gets work of their own, not what is being given up', async () => {
  const flights = createSingleFlight<string>();
  const leaving = new AbortController();
  const { promise, resolve: finishOld } = Promise.withResolvers<string>();
  const old = flights.run('key', () => promise, leaving.signal);
  await settle();
  leaving.abort();
  const young = flights.run('key', async () => 'new', never);
  finishOld('old');
  await assert.rejects(old, { kind: 'cancelled' });
  assert.equal((await young).result, 'new');
});

test('whoever leaves: the work is aborted exactly when the last one has gone, and those who stay get it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), fc.integer(), async (stays, order) => {
      const flights = createSingleFlight<string>();
      const controllers = stays.map(() => new AbortController());
      const { promise, resolve: finish } = Promise.withResolvers<string>();
      let shared: AbortSignal | undefined;
      const work = (signal: AbortSignal): Promise<string> => {
        shared = signal;
        return promise;
      };
      const runs = controllers.map(({ signal }) => flights.run('key', work, signal));
      const settled = Promise.allSettled(runs);
      await settle();
      const leavers = controllers.filter((_, index) => !stays[index]);
      if (order % 2 === 0) leavers.reverse();
      for (const [index, leaver] of leavers.entries()) {
        assert.equal(shared?.aborted, false);
        leaver.abort();
        assert.equal(shared?.aborted, index === stays.length - 1);
      }
      finish('speech');
      let firsts = 0;
      for (const [index, run] of (await settled).entries()) {
        assert.equal(run.status, stays[index] ? 'fulfilled' : 'rejected');
        if (run.status === 'fulfilled' && run.value.isFirst) firsts += 1;
      }
      assert.equal(firsts, stays.includes(true) ? 1 : 0);
    }),
  );
});
