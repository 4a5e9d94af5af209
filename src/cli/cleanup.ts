import { openCleanUp, type CleanUpAccess } from '../app/clean-up.ts';
import { systemClock } from '../core/clock.ts';
import { toAppError, type AppError } from '../core/errors.ts';
import { failedIn, totalOf, type CleanUpReport } from '../pipeline/clean-up/report.ts';
import { CLEANUP_USAGE, parseCleanUpArguments, type CleanUpArguments } from './cleanup-arguments.ts';
import { cleanUpTable } from './cleanup-table.ts';
import { EXIT } from './exit-codes.ts';
import { startUp } from './start-up.ts';

/** `npm run cleanup`: deletes old files that no job uses, also while a server runs on the same data. */
export async function run(arguments_: readonly string[]): Promise<number> {
  const parsed = parseCleanUpArguments(arguments_);
  if (parsed === 'help') {
    process.stdout.write(CLEANUP_USAGE);
    return EXIT.success;
  }
  if ('mistake' in parsed) {
    process.stderr.write(`${parsed.mistake}\n${CLEANUP_USAGE}`);
    return EXIT.badInput;
  }
  const started = startUp();
  if (started === undefined) return EXIT.badInput;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let access: CleanUpAccess | undefined;
  let report: CleanUpReport | undefined;
  let error: AppError | undefined;
  try {
    access = await openCleanUp(started.config, { clock: systemClock, logger: started.logger });
    warnOfCharges(parsed, access.chargedDays);
    report = await access.run({
      ...parsed,
      signal: interrupted.signal,
      onProgress(current) {
        report = current;
        showProgress(current);
      },
    });
  } catch (thrown) {
    error = toAppError(thrown);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await access?.close();
  }
  const isInterrupted = interrupted.signal.aborted && error !== undefined;
  print({ arguments: parsed, report, error, isInterrupted, chargedDays: access?.chargedDays ?? 0 });
  if (isInterrupted) return EXIT.interrupted;
  return error === undefined && report !== undefined && failedIn(report) === 0 ? EXIT.success : EXIT.failed;
}

function warnOfCharges({ days }: CleanUpArguments, chargedDays: number): void {
  const short = Object.values(days).filter((count) => count < chargedDays);
  if (short.length === 0) return;
  process.stderr.write(
    `Wasabi charges every file for ${chargedDays} days at least: deleting it after ${Math.min(...short)} days saves nothing before that.\n`,
  );
}

/** One line that redraws itself, where somebody is looking. */
function showProgress(report: CleanUpReport): void {
  if (!process.stderr.isTTY) return;
  const { listed, deleted } = totalOf(report);
  process.stderr.write(`\r  ${listed.toLocaleString('en')} listed, ${deleted.toLocaleString('en')} deleted`);
}

function print(outcome: {
  readonly arguments: CleanUpArguments;
  readonly report: CleanUpReport | undefined;
  readonly error: AppError | undefined;
  readonly isInterrupted: boolean;
  readonly chargedDays: number;
}): void {
  const { report, error, isInterrupted, chargedDays } = outcome;
  const message = isInterrupted ? 'Interrupted: what the table says was done, the rest is left.' : error?.message;
  if (outcome.arguments.isJson) {
    process.stdout.write(`${JSON.stringify(toJson(outcome, message))}\n`);
    return;
  }
  if (process.stderr.isTTY && report !== undefined) process.stderr.write('\r\x1b[K');
  if (report !== undefined) process.stdout.write(describe(report, chargedDays));
  if (message !== undefined) process.stderr.write(`${message}\n`);
}

function describe(report: CleanUpReport, chargedDays: number): string {
  const { chargedOn, failed } = totalOf(report);
  const lines = [cleanUpTable(report)];
  if (report.abortedUploads > 0) lines.push(`  Unfinished uploads taken back: ${report.abortedUploads}\n`);
  if (chargedOn > 0) {
    const verb = report.isDryRun ? 'would go' : 'were deleted';
    lines.push(
      `  Of these, ${chargedOn.toLocaleString('en')} ${verb} younger than ${chargedDays} days and are charged until then.\n`,
    );
  }
  for (const { key, error } of report.failures) lines.push(`  Not deleted: ${key}: ${error.message}\n`);
  const unseen = failed + report.failedUploads - report.failures.length;
  if (unseen > 0) lines.push(`  Not deleted either: ${unseen.toLocaleString('en')} more\n`);
  if (report.isDryRun) lines.push('  A dry run: nothing was deleted.\n');
  return lines.join('');
}

function toJson(
  { report, isInterrupted, error }: Pick<Parameters<typeof print>[0], 'report' | 'isInterrupted' | 'error'>,
  message: string | undefined,
): object {
  const failed = report === undefined || error !== undefined || failedIn(report) > 0;
  const classes = Object.entries(report?.classes ?? {}).map(([name, counts]) => [name, toSnakeCase(counts)]);
  return {
    status: isInterrupted ? 'interrupted' : failed ? 'failed' : 'done',
    dry_run: report?.isDryRun ?? false,
    classes: Object.fromEntries(classes) as object,
    total: report && toSnakeCase(totalOf(report)),
    aborted_uploads: report?.abortedUploads ?? 0,
    failures: (report?.failures ?? []).map((failure) => ({ key: failure.key, message: failure.error.message })),
    error: message ?? null,
  };
}

function toSnakeCase({ inUse, chargedOn, ...others }: ReturnType<typeof totalOf>): object {
  return { ...others, in_use: inUse, charged_on: chargedOn };
}
