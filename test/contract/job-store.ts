import { after, before, beforeEach, describe } from 'node:test';
import { describeAcceptingAndClaiming } from './job-store/accepting.ts';
import { describeFairness } from './job-store/fairness.ts';
import { describeFencing } from './job-store/fencing.ts';
import { describeProviderCalls } from './job-store/provider-calls.ts';
import { describeReading } from './job-store/reading.ts';
import { describeRunning } from './job-store/running.ts';
import { ContractSubject, type StoreUnderTest } from './job-store/subject.ts';

/** The promises of the JobStore port, for every implementation of it. */
export function jobStoreContract(name: string, create: (clock: { now(): number }) => Promise<StoreUnderTest>): void {
  describe(`JobStore: ${name}`, () => {
    const subject = new ContractSubject();
    before(() => subject.open(create));
    after(() => subject.dispose());
    beforeEach(() => subject.finishAll());

    describeAcceptingAndClaiming(subject);
    describeFencing(subject);
    describeRunning(subject);
    describeFairness(subject);
    describeProviderCalls(subject);
    describeReading(subject);
  });
}
