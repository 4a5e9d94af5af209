import { Worker } from 'node:worker_threads';
import { AppError } from '../../../core/errors.ts';
import type { FliteRequest, FliteSpeech } from './flite-engine.ts';
import type { FliteReply } from './flite-worker.ts';
import { SerialQueue } from '../../../core/serial-queue.ts';

const WORKER_FILE = new URL('./flite-worker.ts', import.meta.url);
/** Speaking takes about 0.02 s per second of speech; five minutes of it in one request still end long before this. */
const DEADLINE_SECONDS = 60;

/** Flite in a worker thread of its own: started at the first request, kept warm, replaced when it is aborted or dies. */
export class FliteVoice {
  readonly #queue = new SerialQueue();
  #worker: Worker | undefined;
  readonly #workerFile: URL;
  readonly #deadlineSeconds: number;
  #closed = false;

  constructor(options: { readonly workerFile?: URL; readonly deadlineSeconds?: number } = {}) {
    this.#workerFile = options.workerFile ?? WORKER_FILE;
    this.#deadlineSeconds = options.deadlineSeconds ?? DEADLINE_SECONDS;
  }

  /**
   * The speech, at the canonical sample rate. Throws AppError as FliteEngine does, or `unavailable` when the worker dies;
   * else the signal's reason, or a TimeoutError past the deadline of a minute.
   */
  async speak(request: FliteRequest, signal: AbortSignal): Promise<FliteSpeech> {
    return this.#queue.run(() => this.#ask(request, signal), signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  async #ask(request: FliteRequest, signal: AbortSignal): Promise<FliteSpeech> {
    if (this.#closed) throw unavailable('it was closed');
    this.#worker ??= startWorker(this.#workerFile);
    const worker = this.#worker;
    const { promise, resolve, reject } = Promise.withResolvers<FliteSpeech>();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#deadlineSeconds * 1000)]);
    const onAbort = (): void => reject(limit.reason);
    const onMessage = (reply: FliteReply): void => {
      if (reply.ok) resolve(reply.speech);
      else reject(new AppError({ code: reply.code, kind: reply.kind, message: reply.message }));
    };
    const onError = (error: Error): void => reject(unavailable('it stopped with an error', error));
    const onExit = (exitCode: number): void => reject(unavailable(`it ended with exit code ${exitCode}`));
    limit.addEventListener('abort', onAbort);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.ref();
    let answered = false;
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      worker.postMessage(request);
      const speech = await promise;
      answered = true;
      return speech;
    } catch (thrown) {
      answered = thrown instanceof AppError && thrown.kind !== 'unavailable';
      throw thrown;
    } finally {
      limit.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      // A worker that has not answered is still busy with, or broken by, work that nobody waits for.
      if (!answered) await this.#stop();
    }
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.ref();
    await worker?.terminate();
  }
}

function startWorker(workerFile: URL): Worker {
  const worker = new Worker(workerFile);
  // Without a listener of its own an error between two requests would end the process; the next request starts a new worker.
  worker.on('error', () => {});
  return worker;
}

function unavailable(reason: string, cause?: Error): AppError {
  return new AppError({
    code: 'flite_unavailable',
    kind: 'unavailable',
    message: `The English voice's worker cannot speak: ${reason}.`,
    cause,
  });
}
