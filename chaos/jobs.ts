import type { BenchOptions, BenchResult } from '../bench/bench-result.ts';
import { huntBug } from './jobs/hunt-bugs.ts';
import type { PhaseResult } from './jobs/phases/phase-result.ts';
import { KEEP_NOTHING, openKeptResults } from './jobs/kept-results.ts';
import { PLANTED_BUGS } from './jobs/planted-bugs.ts';
import { LONG, QUICK, SHORT } from './jobs/proof-size.ts';
import { proveDistributed, proveEmbedded } from './jobs/proof.ts';
import { reportJobs, type BugResult } from './jobs/report-jobs.ts';
import { writeLongReport } from './jobs/write-long-report.ts';
import { findServers, type Servers } from './jobs/services.ts';

/** Of the random kills, in mode `distributed`, where there are servers for it. */
const DISTRIBUTED_SHARE = 1 / 3;

/**
 * The proof that an accepted job is never lost and nothing is paid for twice: processes are killed and frozen at every moment
 * that can matter, and services are taken away. And the proof of the proof: bugs that are planted, each of which must be seen.
 */
export async function run({ quick, long, seed }: BenchOptions): Promise<BenchResult> {
  const size = long ? LONG : quick ? QUICK : SHORT;
  const servers = findServers(process.env);
  const isMissing = 'missing' in servers;
  const results: PhaseResult[] = [];
  const startedAt = performance.now();
  const elapsedSeconds = () => Math.round((performance.now() - startedAt) / 1000);
  const skipped = isMissing ? [`mode distributed: ${servers.missing}`] : [];
  const tell = (result: PhaseResult): void => {
    results.push(result);
    // The long run takes an hour or more; its table comes at the end.
    console.error(
      `${elapsedSeconds()} s: ${result.phase} (${result.mode}), ${result.kills} kills, ${result.violations.length} violations`,
    );
    for (const violation of result.violations) console.log(`${result.phase} (${result.mode}): ${violation}`);
  };
  // Hours of work are not done twice because a machine was needed elsewhere.
  const kept = long ? await openKeptResults({ seed }) : KEEP_NOTHING;
  const distributedKills = isMissing ? 0 : Math.round(size.randomKills * DISTRIBUTED_SHARE);
  const [, unproved] = await Promise.all([
    proveEmbedded({ size, seed, tell, kept, kills: size.randomKills - distributedKills }),
    isMissing ? [] : proveDistributed({ size, seed, tell, kept, kills: distributedKills, servers }),
  ]);

  const { bugs, unhunted } = await huntAll(isMissing ? undefined : servers);
  skipped.push(...unhunted);
  console.error(`${elapsedSeconds()} s: ${bugs.length} planted bugs`);
  const report = reportJobs({ seed, results, bugs, skipped: [...skipped, ...unproved] });
  if (long) await writeLongReport(report, { seed });
  return report;
}

/** Two at a time: much of a hunt is waiting for leases. */
async function huntAll(
  servers: Servers | undefined,
): Promise<{ readonly bugs: readonly BugResult[]; readonly unhunted: readonly string[] }> {
  const bugs: BugResult[] = [];
  const unhunted: string[] = [];
  const left = PLANTED_BUGS.values();
  const hunter = async (): Promise<void> => {
    for (const planted of left) {
      const result = await huntBug(planted, servers);
      if (result === undefined) unhunted.push(`the bug "${planted.bug}": it needs mode distributed`);
      else bugs.push({ bug: planted.bug, kills: result.kills, finding: result.violations[0] });
    }
  };
  await Promise.all([hunter(), hunter()]);
  return { bugs, unhunted };
}
