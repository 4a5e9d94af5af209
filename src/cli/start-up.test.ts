import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { describeStartFailure } from './start-up.ts';

test('an address that this machine does not have is told by its variable', async () => {
  // One for documents, and a name that nobody may have.
  for (const host of ['203.0.113.1', 'nowhere.invalid']) {
    const listening = once(createServer().listen(0, host), 'listening');
    const failure: unknown = await listening.then(
      () => assert.fail(`${host} could be listened on`),
      (error: unknown) => error,
    );
    assert.match(describeStartFailure(failure, { port: 0, host }), new RegExp(`^HOST: ${host} is no address of this`));
  }
});

test('a defect of ours is told with its stack', () => {
  assert.match(describeStartFailure(new TypeError('planted'), { port: 1, host: 'a' }), /^TypeError: planted\n\s+at /);
});
