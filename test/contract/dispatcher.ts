import { describe } from 'node:test';
import { describeDying } from './dispatcher/dying.ts';
import { describeProviderLimits } from './dispatcher/provider-limits.ts';
import type { DispatcherPair } from './dispatcher/stage.ts';
import { describeStopping } from './dispatcher/stopping.ts';
import { describeTakingUp } from './dispatcher/taking-up.ts';
import { describeTryingAgain } from './dispatcher/trying-again.ts';

/** Most of the time is spent waiting, and every test has a journal of its own. */
const TESTS_AT_ONCE = 8;

/**
 * The promises of the Dispatcher port together with a journal, for every pair of them. A process in it is a store and a
 * dispatcher of its own; it dies by being frozen: nothing that it asks of the journal is sent any more.
 */
export function dispatcherContract(pair: DispatcherPair): void {
  describe(`Dispatcher: ${pair.name}`, { concurrency: TESTS_AT_ONCE }, () => {
    describeTakingUp(pair);
    describeStopping(pair);
    describeTryingAgain(pair);
    describeProviderLimits(pair);
    describeDying(pair);
  });
}
