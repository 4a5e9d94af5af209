import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/core/clock.ts';
import { lockDataFolder } from '../../src/jobs/instance-lock.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';
import {
  type ChaosOptions,
  type ChaosReport,
  type CrashPlan,
  journalPath,
  ledgerPath,
  runChaosProcess,
} from './chaos-process.ts';
import { checkHistory, type Snapshot, takeSnapshot } from './check-history.ts';
import { readLedger } from './ledger.ts';

const PROGRAM = join(import.meta.dirname, 'chaos-process.ts');
/** A killed process costs mostly its start. Entries are keyed by content, so an old cache does no harm. */
const COMPILE_CACHE = join(tmpdir(), 'job-chaos-compile-cache');
/** No healthy process needs this long for anything that the harness waits for. */
const DEADLINE_MILLISECONDS = 60_000;

export type ProcessEnd = {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly ready: boolean;
  readonly report: ChaosReport | null;
  readonly errors: string;
};

/** Starts the program under test; `ready` resolves when it works (or has ended before). */
export function startProcess(options: ChaosOptions) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    timeout: DEADLINE_MILLISECONDS,
  });
  const ready = Promise.withResolvers<void>();
  let isReady = false;
  let report: ChaosReport | null = null;
  let errors = '';
  if (child.stdout === null || child.stderr === null) throw new Error('The process must have pipes.');
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ready') {
      isReady = true;
      ready.resolve();
    } else report = JSON.parse(line) as ChaosReport;
  });
  const ended = once(child, 'close').then((): ProcessEnd => {
    ready.resolve();
    return { signal: child.signalCode, exitCode: child.exitCode, ready: isReady, report, errors };
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return { ready: ready.promise, ended, isRunning, kill: () => child.kill('SIGKILL') };
}

/** What the journal says between two processes. The instance lock of a killed process must be free at once. */
export async function snapshotOf(folder: string): Promise<Snapshot> {
  const lock = lockDataFolder(folder, { clock: systemClock });
  const store = openSqliteJournal({ path: journalPath(folder), clock: systemClock });
  try {
    return await takeSnapshot(store, readLedger(ledgerPath(folder)).length);
  } finally {
    await store.close();
    lock.release();
  }
}

/** The promises that a folder breaks, after everything in it has come to its end. */
export async function checkFolder(
  folder: string,
  options: { readonly stepNames: readonly string[]; readonly snapshots: readonly Snapshot[] },
): Promise<readonly string[]> {
  const store = openSqliteJournal({ path: journalPath(folder), clock: systemClock });
  try {
    return await checkHistory({ store, ledger: readLedger(ledgerPath(folder)), ...options });
  } finally {
    await store.close();
  }
}

/** One kill at each planned moment, one process after the other in one folder; then everything runs to its end here. */
export async function killAt(
  folder: string,
  options: { readonly plans: readonly CrashPlan[]; readonly stepNames: readonly string[] },
): Promise<readonly string[]> {
  const base = { folder, stepNames: options.stepNames, stepMilliseconds: 0 };
  const snapshots: Snapshot[] = [];
  const violations: string[] = [];
  for (const [generation, crash] of options.plans.entries()) {
    const end = await startProcess({ ...base, generation, newJobs: generation === 0 ? 1 : 0, crash }).ended;
    if (end.signal !== 'SIGKILL') violations.push(`${crash.name} ${crash.hit} was not reached: ${end.errors}`);
    snapshots.push(await snapshotOf(folder));
  }
  await runChaosProcess({ ...base, generation: options.plans.length, newJobs: 0, crash: null }, () => {});
  return [...violations, ...(await checkFolder(folder, { stepNames: options.stepNames, snapshots }))];
}

export type KillLoopResult = {
  readonly kills: number;
  readonly jobs: number;
  readonly executions: number;
  readonly repeatedExecutions: number;
  readonly violations: readonly string[];
};

/** More than all that a process writes to the ledger about its own four jobs of four steps. */
const MOST_ENTRIES = 60;

/**
 * Kills one process after the other at random moments, each of which has accepted jobs and inherited those of the last.
 * A moment is so many entries of the ledger, not a time: a slow machine is killed in the middle of its work, too.
 */
export async function killLoop(
  folder: string,
  options: { readonly kills: number; readonly random: () => number; readonly stepNames: readonly string[] },
): Promise<KillLoopResult> {
  const { kills, random, stepNames } = options;
  const base = { folder, stepNames, stepMilliseconds: 3, crash: null };
  const snapshots: Snapshot[] = [];
  const violations: string[] = [];
  for (let generation = 0; generation < kills; generation += 1) {
    const child = startProcess({ ...base, generation, newJobs: 4 });
    // Some die before they are ready: while they open, migrate or take their predecessor's jobs over.
    if (random() < 0.8) await ledgerGrows(folder, { by: random() * MOST_ENTRIES, while: child.isRunning });
    else await pause(random() * 120);
    child.kill();
    const end = await child.ended;
    if (end.exitCode !== null && end.exitCode !== 0) violations.push(`process ${generation} failed: ${end.errors}`);
    snapshots.push(await snapshotOf(folder));
  }
  const last = await startProcess({ ...base, generation: kills, newJobs: 1 }).ended;
  if (last.exitCode !== 0) violations.push(`the last process failed: ${last.errors}`);
  const ledger = readLedger(ledgerPath(folder));
  const starts = ledger.filter((entry) => entry.kind === 'start').map((entry) => `${entry.job}/${entry.step}`);
  return {
    kills,
    jobs: new Set(ledger.map((entry) => entry.job)).size,
    executions: starts.length,
    repeatedExecutions: starts.length - new Set(starts).size,
    violations: [...violations, ...(await checkFolder(folder, { stepNames, snapshots }))],
  };
}

async function ledgerGrows(
  folder: string,
  options: { readonly by: number; readonly while: () => boolean },
): Promise<void> {
  const path = ledgerPath(folder);
  const count = (): number => (existsSync(path) ? readLedger(path).length : 0);
  const enough = count() + options.by;
  while (options.while() && count() < enough) await pause(2);
}
