import { createWriteStream } from 'node:fs';
import { access, constants, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { App } from '../app.ts';
import { ConfigError, loadConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { toAppError } from '../core/errors.ts';
import type { Job } from '../jobs/job.ts';
import type { ProviderCall } from '../jobs/provider-call.ts';
import { InvalidRequestError } from '../pipeline/invalid-request.ts';
import { readVideoOutput, type VideoOutput } from '../pipeline/video-output.ts';
import { parseVideoRequest, type VideoRequestBody } from '../pipeline/video-request.ts';
import { EXAMPLE_REQUEST } from './example-request.ts';
import { EXIT } from './exit-codes.ts';
import { readOptions } from './read-options.ts';
import { createLogger } from './logger.ts';
import { createProgressBar } from './progress-bar.ts';

const USAGE = `Usage: npm run make-video -- [--script "..." | --file script.txt] [--out hello.mp4]
    [--title "..."] [--template presenter1] [--presenter amara] [--language en] [--no-captions] [--json]
Without a script it makes the example: "${EXAMPLE_REQUEST.script}"
`;

const OPTIONS = {
  script: { type: 'string' },
  file: { type: 'string' },
  out: { type: 'string', default: 'hello.mp4' },
  title: { type: 'string' },
  template: { type: 'string', default: EXAMPLE_REQUEST.template },
  presenter: { type: 'string' },
  language: { type: 'string' },
  captions: { type: 'boolean', default: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** `npm run make-video`: one script to one MP4, in this process, with a data folder of its own that is removed again. */
export async function run(arguments_: readonly string[]): Promise<number> {
  const read = readOptions(arguments_, { options: OPTIONS, usage: USAGE, allowNegative: true });
  if ('exitCode' in read) return read.exitCode;
  const options = read.values;
  const report = createReport(options.json);
  const folder = dirname(resolve(options.out));
  try {
    await access(folder, constants.W_OK);
  } catch {
    return report.badOption(`--out: the folder must exist and be writable; got ${folder}`);
  }
  let script: string;
  try {
    script =
      options.script ?? (options.file === undefined ? EXAMPLE_REQUEST.script : await readFile(options.file, 'utf8'));
  } catch (error) {
    return report.badOption(
      `--file: must be a file that can be read; got ${options.file} (${(error as Error).message})`,
    );
  }
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ai-video-engineer-'));
  let app: App | undefined;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { config } = loadConfig();
    const startedAt = performance.now();
    // Loaded only now, so that a mistake in the arguments is told at once.
    const { openApp } = await import('../app.ts');
    app = await openApp(
      // Neither behind the videos of a server that is configured here, nor working for it, nor in its bucket.
      { ...config, dataDirectory, databaseUrl: null, redisUrl: null, wasabiAccessKey: null, wasabiSecretKey: null },
      { logger: createLogger('error'), logSpeech: () => {}, clock: systemClock },
    );
    const request = parseVideoRequest(requestBody(script, options), app.rules);
    const { costUsd, priceTable } = await app.estimateVideo(request);
    report.estimated(costUsd, priceTable);
    await app.requireMoney({ costUsd, runAt: null });
    const job = await app.createVideo({ ...request, estimate: { costUsd, priceTable } });
    const finished = await follow(app, job.id, report, interrupted.signal);
    if (finished.status !== 'completed')
      return report.failed(finished.error?.message ?? `The video was ${finished.status}.`);
    const output = readVideoOutput(finished.output);
    const filePath = resolve(options.out);
    await saveVideo(app, output, filePath);
    const bill = await app.jobs.calls(job.id);
    const tookSeconds = (performance.now() - startedAt) / 1000;
    return report.completed(filePath, output, { tookSeconds, bill });
  } catch (error) {
    if (interrupted.signal.aborted) return report.interrupted();
    return report.refused(error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await app?.close({ graceMilliseconds: 0 });
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

function requestBody(
  script: string,
  options: {
    title?: string | undefined;
    template: string;
    presenter?: string | undefined;
    language?: string | undefined;
    captions: boolean;
  },
): VideoRequestBody {
  const { template, presenter, language, title, captions } = options;
  return {
    script,
    template,
    userId: 'command-line',
    captions: { burned: captions },
    ...(title !== undefined && { title }),
    ...(presenter !== undefined && { presenter }),
    ...(language !== undefined && { language }),
  };
}

/** Resolves with the job once it is over; rejects when interrupted. */
async function follow(app: App, jobId: string, report: Report, signal: AbortSignal): Promise<Job> {
  for await (const _event of app.events.subscribe({ jobId, afterSequence: 0, signal })) {
    const job = await app.jobs.get(jobId);
    if (job === undefined) break;
    report.progress(job);
    if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
  }
  signal.throwIfAborted();
  throw new Error('The job ended without a result.');
}

/** Copies beside the target and renames, so that no half file is ever seen under the name asked for. */
async function saveVideo(app: App, output: VideoOutput, filePath: string): Promise<void> {
  const partial = join(dirname(filePath), `.${Date.now()}.mp4.part`);
  try {
    await pipeline(app.objects.createReadStream(output.video.key), createWriteStream(partial, { flush: true }));
    await rename(partial, filePath);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

type Report = ReturnType<typeof createReport>;

/** For people by default; one JSON object per line on standard output with `--json`. */
function createReport(asJson: boolean) {
  const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  const bar = createProgressBar({
    isTerminal: process.stdout.isTTY,
    write: (text) => void process.stdout.write(text),
  });
  const fail = (status: string, lines: readonly string[], exitCode: number): number => {
    if (asJson) print({ status, errors: lines });
    else process.stderr.write(`${lines.join('\n')}\n`);
    return exitCode;
  };
  return {
    progress({ status, progress, step }: Job): void {
      if (asJson) print({ status, progress, step });
      else bar.update(progress, step);
    },
    /** Nothing of what is free. */
    estimated(costUsd: number, priceTable: string): void {
      if (costUsd === 0) return;
      if (asJson) print({ status: 'estimated', cost_usd: costUsd, price_table: priceTable });
      else process.stdout.write(`  About ${formatUsd(costUsd)} (prices ${priceTable})\n`);
    },
    completed(
      filePath: string,
      output: VideoOutput,
      { tookSeconds, bill }: { readonly tookSeconds: number; readonly bill: readonly ProviderCall[] },
    ): number {
      const { durationSeconds, video } = output;
      const costUsd = bill.reduce((sum, call) => sum + call.costUsd, 0);
      if (asJson) {
        print({
          status: 'completed',
          file: filePath,
          duration_seconds: durationSeconds,
          took_seconds: tookSeconds,
          ...(costUsd > 0 && { cost_usd: Math.round(costUsd * 1e9) / 1e9 }),
        });
        return EXIT.success;
      }
      bar.finish();
      const size = `${video.width}x${video.height}, ${(video.bytes / 1e6).toFixed(1)} MB`;
      process.stdout.write(
        `\n  ${filePath}\n  ${durationSeconds.toFixed(1)} s of video (${size}), made in ${tookSeconds.toFixed(1)} s\n`,
      );
      if (costUsd > 0) process.stdout.write(`  ${formatUsd(costUsd)}: ${billText(bill)}\n`);
      return EXIT.success;
    },
    failed: (message: string): number => fail('failed', [`The video failed: ${message}`], EXIT.failed),
    badOption: (message: string): number => fail('refused', [message], EXIT.badInput),
    interrupted: (): number => fail('interrupted', ['Interrupted; nothing was kept.'], EXIT.interrupted),
    refused(error: unknown): number {
      if (error instanceof InvalidRequestError) {
        const lines = error.issues.map(
          ({ pointer, rule, value }) => `${pointer.slice(1)}: ${rule}; got ${JSON.stringify(value)}`,
        );
        return fail('refused', lines, EXIT.badInput);
      }
      if (error instanceof ConfigError) return fail('refused', error.lines, EXIT.badInput);
      const appError = toAppError(error);
      const message = appError.kind === 'internal' && error instanceof Error ? error.message : appError.message;
      return fail('failed', [message], EXIT.failed);
    },
  };
}

/** What each provider charged. */
function billText(bill: readonly ProviderCall[]): string {
  const byProvider = [...Map.groupBy(bill, ({ provider }) => provider)].map(
    ([provider, calls]) => [provider, calls.reduce((sum, { costUsd }) => sum + costUsd, 0)] as const,
  );
  return byProvider.flatMap(([provider, usd]) => (usd > 0 ? [`${provider} ${formatUsd(usd)}`] : [])).join(', ');
}

function formatUsd(usd: number): string {
  return `${usd.toFixed(4)} USD`;
}
