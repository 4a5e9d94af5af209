import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/errors.ts';
import type { SceneBrief } from '../scene/brief.ts';
import {
  FINISHED_FRAMES,
  GIVE_UP,
  type FromRenderWorker,
  type RenderTask,
  type ToRenderWorker,
} from './render-messages.ts';
import { planSegments } from './segment-plan.ts';
import type { EncodedSegment } from './segment-renderer.ts';

type PendingTask = { readonly task: RenderTask; readonly result: PromiseWithResolvers<FromRenderWorker> };

type Render = {
  readonly id: number;
  readonly brief: SceneBrief;
  readonly counters: Int32Array<SharedArrayBuffer>;
  readonly tasks: readonly PendingTask[];
  readonly waiting: PendingTask[];
  /** Tasks that a worker has now. */
  running: number;
};

type PoolWorker = {
  readonly worker: Worker;
  openRender: Render | undefined;
  task: PendingTask | undefined;
};

export type FrameRender = {
  /** In order; each resolves as soon as it is coded. All reject when the render fails or is aborted. */
  readonly segments: readonly Promise<EncodedSegment>[];
  readonly still: Promise<Uint8Array>;
  finishedFrames(): number;
};

/**
 * Worker threads that draw and code segments. They are started by the first render (or `warmUp`) and kept, because a warm
 * worker has its fonts, code and WASM module ready. Several renders share the workers evenly.
 */
export class RenderPool {
  readonly workerCount: number;
  readonly #workers = new Set<PoolWorker>();
  readonly #renders = new Set<Render>();
  #nextRenderId = 1;
  #closed = false;

  constructor(options: { readonly workerCount: number }) {
    this.workerCount = options.workerCount;
  }

  warmUp(): void {
    while (this.#workers.size < this.workerCount) this.#startWorker();
  }

  render(
    brief: SceneBrief,
    options: { readonly frameCount: number; readonly stillFrame: number; readonly signal: AbortSignal },
  ): FrameRender {
    if (this.#closed) throw new Error('The render pool is closed.');
    const { frameCount, stillFrame, signal } = options;
    const segments = planSegments({ frameCount, frameRate: brief.frameRate, workerCount: this.workerCount });
    const segmentTasks = segments.map((segment) => pendingTask({ type: 'segment', segment }));
    const stillTask = pendingTask({ type: 'still', frameIndex: stillFrame });
    const tasks = [...segmentTasks, stillTask];
    const render: Render = {
      id: this.#nextRenderId++,
      brief,
      counters: new Int32Array(new SharedArrayBuffer(8)),
      tasks,
      waiting: [...tasks],
      running: 0,
    };
    this.#renders.add(render);
    this.#forgetWhenDone(render, signal);
    this.warmUp();
    this.#assign();
    return {
      segments: segmentTasks.map(async ({ result }) => segmentOf(await result.promise)).map(handled),
      still: handled(stillTask.result.promise.then(stillOf)),
      finishedFrames: () => Atomics.load(render.counters, FINISHED_FRAMES),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const render of this.#renders) giveUp(render, new Error('The render pool was closed.'));
    await Promise.all([...this.#workers].map(({ worker }) => worker.terminate()));
  }

  #forgetWhenDone(render: Render, signal: AbortSignal): void {
    const abort = (): void => giveUp(render, signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    void Promise.allSettled(render.tasks.map(({ result }) => result.promise)).then(() => {
      signal.removeEventListener('abort', abort);
      this.#renders.delete(render);
    });
  }

  #startWorker(): void {
    const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
    const poolWorker: PoolWorker = { worker, openRender: undefined, task: undefined };
    // An idle pool does not keep the process alive; a busy worker is referenced again in #assign.
    worker.unref();
    worker.on('message', (message: FromRenderWorker) => this.#receive(poolWorker, message));
    worker.on('error', (error) => this.#workerDied(poolWorker, error));
    worker.on('exit', (code) =>
      this.#workerDied(poolWorker, new Error(`A render worker ended with exit code ${code}.`)),
    );
    this.#workers.add(poolWorker);
  }

  #assign(): void {
    for (const poolWorker of this.#workers) {
      if (poolWorker.task !== undefined) continue;
      const render = this.#nextRender(poolWorker);
      const next = render?.waiting.shift();
      if (render === undefined || next === undefined) return;
      poolWorker.task = next;
      render.running++;
      poolWorker.worker.ref();
      const message: ToRenderWorker = { renderId: render.id, task: next.task, counters: render.counters };
      const isOpen = poolWorker.openRender === render;
      poolWorker.openRender = render;
      poolWorker.worker.postMessage(isOpen ? message : { ...message, brief: render.brief });
    }
  }

  /** The render that has the fewest workers, so that a short video is not kept waiting by a long one; else the worker's own. */
  #nextRender(poolWorker: PoolWorker): Render | undefined {
    const waiting = [...this.#renders].filter((render) => render.waiting.length > 0);
    const fewest = Math.min(...waiting.map(({ running }) => running));
    const candidates = waiting.filter(({ running }) => running === fewest);
    return candidates.find((render) => render === poolWorker.openRender) ?? candidates[0];
  }

  #receive(poolWorker: PoolWorker, message: FromRenderWorker): void {
    const { task, openRender } = poolWorker;
    poolWorker.task = undefined;
    if (openRender !== undefined) openRender.running--;
    poolWorker.worker.unref();
    if (message.type === 'failed') {
      const cause = new Error(message.message);
      cause.stack = message.stack;
      if (openRender !== undefined) giveUp(openRender, renderFailure(cause));
    } else if (message.type !== 'given_up') {
      task?.result.resolve(message);
    }
    this.#assign();
  }

  #workerDied(poolWorker: PoolWorker, error: Error): void {
    if (!this.#workers.delete(poolWorker)) return;
    if (poolWorker.task !== undefined && poolWorker.openRender !== undefined) {
      giveUp(poolWorker.openRender, renderFailure(error));
    }
    if (this.#closed || this.#renders.size === 0) return;
    this.warmUp();
    this.#assign();
  }
}

function pendingTask(task: RenderTask): PendingTask {
  return { task, result: Promise.withResolvers<FromRenderWorker>() };
}

/** Marks a promise as handled: it may reject before the caller gets to it. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function giveUp(render: Render, reason: unknown): void {
  Atomics.store(render.counters, GIVE_UP, 1);
  render.waiting.length = 0;
  for (const { result } of render.tasks) result.reject(reason);
}

function segmentOf(message: FromRenderWorker): EncodedSegment {
  if (message.type !== 'segment') throw new Error(`A render worker answered a segment with ${message.type}.`);
  return message.segment;
}

function stillOf(message: FromRenderWorker): Uint8Array {
  if (message.type !== 'still') throw new Error(`A render worker answered a still with ${message.type}.`);
  return message.png;
}

function renderFailure(cause: Error): AppError {
  return new AppError({
    code: 'render_failed',
    kind: 'internal',
    message: 'The engine could not draw this video; the log has the details.',
    cause,
  });
}
