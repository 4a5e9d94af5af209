import type { FailureKind } from '../../../src/core/failure-policy.ts';
import { sufferFullOutage } from '../full-outage.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';
import { MOST_ATTEMPTS } from '../targets.ts';

/** Five virtual minutes. */
const OUTAGE_SECONDS = 300;
const RATES = { full: [1, 10, 100], quick: [1, 10] };
const KINDS: readonly FailureKind[] = ['unavailable', 'timeout', 'bad_audio', 'rate_limited'];

/**
 * Attempts that reach the busiest vendor while all are down, by requests of users. Breakers stop almost all of them. Rate
 * limits open no breaker, so then the retry budget alone holds: a share of retries for each request, some a second whatever
 * the traffic, and those that are saved up at the start.
 */
export async function reportFullOutage({ quick, seed }: PartOptions): Promise<PartReport> {
  const rows = [];
  let attemptsPerRequest = 0;
  let beyondBudget = 0;
  for (const kind of KINDS) {
    for (const requestsPerSecond of quick ? RATES.quick : RATES.full) {
      const report = await sufferFullOutage({ requestsPerSecond, seconds: OUTAGE_SECONDS, kind, seed });
      attemptsPerRequest = Math.max(attemptsPerRequest, report.mostAttemptsPerRequest);
      beyondBudget = Math.max(beyondBudget, report.attemptsBeyondBudget);
      const counts = `${report.attempts.join(', ')} for ${report.requests}`;
      rows.push({
        part: 'everybody down',
        what: `${kind}, ${requestsPerSecond} requests a second`,
        measured: `${report.mostAttemptsPerRequest.toFixed(3)} attempts a request (${counts})`,
      });
    }
  }
  return {
    rows,
    promised: [
      { figure: 'outageAttemptsPerRequest', value: attemptsPerRequest, bound: 'atMost', target: MOST_ATTEMPTS },
      { figure: 'attemptsBeyondRetryBudget', value: beyondBudget, bound: 'atMost', target: 0 },
    ],
  };
}
