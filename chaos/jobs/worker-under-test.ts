import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPointName } from '../../src/jobs/crash-point.ts';
import type { CrashPlan, WorkerMessage, WorkerOptions, WorkerQuestion } from './worker-protocol.ts';

const PROGRAM = join(import.meta.dirname, 'worker-process.ts');
/** A killed process costs mostly its start. Entries are keyed by content, so an old cache does no harm. */
const COMPILE_CACHE = join(tmpdir(), 'job-chaos-compile-cache');

/** What the error of jobs that do not end says. */
export const TOO_LATE = 'Jobs did not come to their end, and nothing went on for';
/** A slow machine needs several deadlines for many jobs; those that go on for ever are as bad as those that stand still. */
const MOST_DEADLINES = 10;

const ANSWER_MILLISECONDS = 5_000;
const LATE = 'late';

export type WorkerEnd = {
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly errors: string;
};

export type WorkerUnderTest = {
  readonly id: string;
  /** Both also resolve when the process has ended. */
  readonly ready: Promise<void>;
  readonly frozen: Promise<void>;
  readonly ended: Promise<WorkerEnd>;
  readonly hasEnded: boolean;
  /** The job's id; undefined when the worker died, or refused, before it said so. */
  submit(key: string): Promise<string | undefined>;
  cancel(jobId: string): Promise<void>;
  arm(plan: CrashPlan): Promise<void>;
  record(): Promise<void>;
  reached(): Promise<readonly { readonly name: CrashPointName; readonly hit: number }[]>;
  /** Resolves when the worker has said that no job is left, or has ended; throws when for longer than may be nothing goes on. */
  idle(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it in order. */
  drain(): Promise<WorkerEnd>;
};

export function startWorker(
  options: WorkerOptions,
  { deadlineMilliseconds }: { readonly deadlineMilliseconds: number },
): WorkerUnderTest {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
  const ready = Promise.withResolvers<void>();
  const frozen = Promise.withResolvers<void>();
  const questions = new Map<number, (value: unknown) => void>();
  let lastQuestion = 0;
  let hasEnded = false;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  // A worker that dies with a question in its pipe is what this is about.
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parse(line);
    if (message?.type === 'ready') ready.resolve();
    if (message?.type === 'frozen') frozen.resolve();
    if (message?.type === 'answer') settle(message.id, message.value);
    if (message?.type === 'refusal') settle(message.id, undefined);
  });
  const ended = once(child, 'close').then((): WorkerEnd => {
    hasEnded = true;
    ready.resolve();
    frozen.resolve();
    for (const id of questions.keys()) settle(id, undefined);
    return { signal: child.signalCode, exitCode: child.exitCode, errors };
  });

  function settle(id: number, value: unknown): void {
    questions.get(id)?.(value);
    questions.delete(id);
  }

  function ask(question: WorkerQuestion): Promise<unknown> {
    if (hasEnded) return Promise.resolve();
    lastQuestion += 1;
    const answered = Promise.withResolvers<unknown>();
    questions.set(lastQuestion, answered.resolve);
    child.stdin.write(`${JSON.stringify({ id: lastQuestion, ...question })}\n`);
    return answered.promise;
  }

  /** One that is frozen does not say where it is, and stays there. */
  const positionOf = (signal: AbortSignal): Promise<unknown> =>
    Promise.race([ask({ ask: 'position' }), late(ANSWER_MILLISECONDS, signal)]);

  return {
    id: options.workerId,
    ready: ready.promise,
    frozen: frozen.promise,
    ended,
    get hasEnded() {
      return hasEnded;
    },
    submit: async (key) => (await ask({ ask: 'submit', key })) as string | undefined,
    async cancel(jobId) {
      await ask({ ask: 'cancel', jobId });
    },
    async arm(plan) {
      await ask({ ask: 'arm', plan });
    },
    async record() {
      await ask({ ask: 'record' });
    },
    reached: async () =>
      ((await ask({ ask: 'reached' })) ?? []) as readonly { readonly name: CrashPointName; readonly hit: number }[],
    async idle() {
      const stop = new AbortController();
      const idle = ask({ ask: 'idle' });
      try {
        let position = await positionOf(stop.signal);
        for (let deadlines = 0; deadlines < MOST_DEADLINES; deadlines += 1) {
          if ((await Promise.race([idle, late(deadlineMilliseconds, stop.signal)])) !== LATE) return;
          const now = await positionOf(stop.signal);
          if (now === position) break;
          position = now;
        }
      } finally {
        stop.abort();
      }
      throw new Error(`${TOO_LATE} ${deadlineMilliseconds} ms.`);
    },
    signal: (signal) => void child.kill(signal),
    async drain() {
      void ask({ ask: 'drain' });
      const late = setTimeout(() => child.kill('SIGKILL'), deadlineMilliseconds);
      return ended.finally(() => clearTimeout(late));
    },
  };
}

async function late(milliseconds: number, signal: AbortSignal): Promise<string> {
  return pause(milliseconds, LATE, { signal }).catch(() => LATE);
}

/** A killed process may leave half a line. */
function parse(line: string): WorkerMessage | undefined {
  try {
    return JSON.parse(line) as WorkerMessage;
  } catch {
    return undefined;
  }
}
