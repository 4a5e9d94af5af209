import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { reachAddress } from '../net/reach.ts';
import { watchServers } from './server-reach.ts';

test('a server that is away is known after a round, and so is its return', async (t) => {
  const listener = createServer().listen(0, '127.0.0.1');
  t.after(() => listener.close());
  await once(listener, 'listening');
  const url = (port: number) => `ws://127.0.0.1:${port}/tts`;
  const servers = [
    { id: 'here', url: url((listener.address() as AddressInfo).port) },
    { id: 'away', url: url(1) },
  ];
  let ring = (): void => {};
  let armed = Promise.withResolvers<void>();
  const timer = {
    start(_delay: number, begin: () => void) {
      ring = begin;
      armed.resolve();
      return () => {};
    },
  };
  const nextRound = async (): Promise<void> => {
    await armed.promise;
    armed = Promise.withResolvers<void>();
  };
  const watch = watchServers({ servers, reach: reachAddress, intervalMilliseconds: 10_000, timer });
  t.after(() => watch.stop());
  assert.deepEqual([watch.isReachable('here'), watch.isReachable('away')], [true, true]);
  await nextRound();
  assert.deepEqual([watch.isReachable('here'), watch.isReachable('away')], [true, false]);
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  ring();
  await nextRound();
  assert.equal(watch.isReachable('here'), false);
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  ring();
  await nextRound();
  assert.equal(watch.isReachable('here'), true);
});
