import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/errors.ts';
import type { SceneBrief } from '../scene/brief.ts';
import { FINISHED_FRAMES, GIVE_UP, type FromRenderWorker, type ToRenderWorker } from './render-messages.ts';
import { planSegments, type Segment } from './segment-plan.ts';
import type { EncodedSegment } from './segment-renderer.ts';

type Render = {
  readonly id: number;
  readonly brief: SceneBrief;
  readonly counters: Int32Array<SharedArrayBuffer>;
  readonly resolvers: readonly PromiseWithResolvers<EncodedSegment>[];
  readonly waiting: Segment[];
  running: number;
};

type PoolWorker = { readonly worker: Worker; openRender: number | undefined; busyWith: Render | undefined };

export type FrameRender = {
  /** In order; each resolves as soon as it is coded. All reject when the render fails or is aborted. */
  readonly segments: readonly Promise<EncodedSegment>[];
  finishedFrames(): number;
};

/**
 * Worker threads that draw and code segments. They are started by the first render (or `warmUp`) and kept, because a warm
 * worker has its fonts, code and WASM module ready. Segments of several renders are served in the order they came.
 */
export class RenderPool {
  readonly workerCount: number;
  readonly #workers = new Set<PoolWorker>();
  readonly #renders = new Map<number, Render>();
  #nextRenderId = 1;
  #closed = false;

  constructor(options: { readonly workerCount: number }) {
    this.workerCount = options.workerCount;
  }

  warmUp(): void {
    while (this.#workers.size < this.workerCount) this.#startWorker();
  }

  render(brief: SceneBrief, frameCount: number, signal: AbortSignal): FrameRender {
    if (this.#closed) throw new Error('The render pool is closed.');
    const segments = planSegments({ frameCount, frameRate: brief.frameRate, workerCount: this.workerCount });
    const render: Render = {
      id: this.#nextRenderId++,
      brief,
      counters: new Int32Array(new SharedArrayBuffer(8)),
      resolvers: segments.map(() => Promise.withResolvers<EncodedSegment>()),
      waiting: [...segments],
      running: 0,
    };
    const promises = render.resolvers.map(({ promise }) => promise);
    // The caller awaits them in order; a later one may reject before its turn and must not count as unhandled.
    for (const promise of promises) promise.catch(() => undefined);
    this.#renders.set(render.id, render);
    const abort = (): void => this.#giveUp(render, signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    void Promise.allSettled(promises).then(() => signal.removeEventListener('abort', abort));
    this.warmUp();
    this.#assign();
    return { segments: promises, finishedFrames: () => Atomics.load(render.counters, FINISHED_FRAMES) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const render of this.#renders.values()) this.#giveUp(render, new Error('The render pool was closed.'));
    await Promise.all([...this.#workers].map(({ worker }) => worker.terminate()));
  }

  #startWorker(): void {
    const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
    const poolWorker: PoolWorker = { worker, openRender: undefined, busyWith: undefined };
    // An idle pool does not keep the process alive; a busy one is referenced again in #assign.
    worker.unref();
    worker.on('message', (message: FromRenderWorker) => this.#receive(poolWorker, message));
    worker.on('error', (error) => this.#workerDied(poolWorker, error));
    worker.on('exit', (code) => this.#workerDied(poolWorker, new Error(`A render worker ended with exit code ${code}.`)));
    this.#workers.add(poolWorker);
  }

  #assign(): void {
    for (const poolWorker of this.#workers) {
      if (poolWorker.busyWith !== undefined) continue;
      const render = this.#renders.values().find(({ waiting }) => waiting.length > 0);
      const segment = render?.waiting.shift();
      if (render === undefined || segment === undefined) return;
      render.running++;
      poolWorker.busyWith = render;
      poolWorker.worker.ref();
      const message: ToRenderWorker = { renderId: render.id, segment, counters: render.counters };
      const isNew = poolWorker.openRender !== render.id;
      poolWorker.openRender = render.id;
      poolWorker.worker.postMessage(isNew ? { ...message, brief: render.brief } : message);
    }
  }

  #receive(poolWorker: PoolWorker, message: FromRenderWorker): void {
    const render = this.#finishTask(poolWorker);
    if (render !== undefined && message.type === 'segment') {
      render.resolvers[message.segment.index]?.resolve(message.segment);
    }
    if (render !== undefined && message.type === 'failed') {
      const cause = new Error(message.message);
      cause.stack = message.stack;
      this.#giveUp(render, renderFailure(cause));
    }
    this.#forgetWhenDone(render);
    this.#assign();
  }

  #finishTask(poolWorker: PoolWorker): Render | undefined {
    const render = poolWorker.busyWith;
    poolWorker.busyWith = undefined;
    poolWorker.worker.unref();
    if (render !== undefined) render.running--;
    return render;
  }

  #workerDied(poolWorker: PoolWorker, error: Error): void {
    if (!this.#workers.delete(poolWorker)) return;
    const render = this.#finishTask(poolWorker);
    if (render !== undefined) this.#giveUp(render, renderFailure(error));
    this.#forgetWhenDone(render);
    if (this.#closed || this.#renders.size === 0) return;
    this.warmUp();
    this.#assign();
  }

  #giveUp(render: Render, reason: unknown): void {
    Atomics.store(render.counters, GIVE_UP, 1);
    render.waiting.length = 0;
    for (const { reject } of render.resolvers) reject(reason);
    this.#forgetWhenDone(render);
  }

  #forgetWhenDone(render: Render | undefined): void {
    if (render !== undefined && render.running === 0 && render.waiting.length === 0) this.#renders.delete(render.id);
  }
}

function renderFailure(cause: Error): AppError {
  return new AppError({
    code: 'render_failed',
    kind: 'internal',
    message: 'The engine could not draw this video; the log has the details.',
    cause,
  });
}
