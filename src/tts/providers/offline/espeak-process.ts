import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../core/errors.ts';
import { SerialQueue } from '../../../core/serial-queue.ts';

/** `textPosition` counts code points from 1; `atMilliseconds` is the time in the speech. */
export type EspeakEvent = {
  readonly type: string;
  readonly atMilliseconds: number;
  readonly textPosition: number;
  readonly id?: string | number;
};

export type EspeakRequest =
  | { readonly operation: 'voices' }
  | { readonly operation: 'sounds'; readonly voice: string; readonly texts: readonly string[] }
  | {
      readonly operation: 'speak';
      readonly voice: string;
      /** Words per minute. */
      readonly rate: number;
      /** 0..100, 50 is the voice's own. */
      readonly pitch: number;
      /** 0 (monotone) .. 100, 50 is the voice's own. */
      readonly range: number;
      readonly text: string;
    };

/** The answer's JSON as the host sent it, and the samples that came with it as little-endian 16-bit. */
export type EspeakAnswer = { readonly json: Record<string, unknown>; readonly pcm: Uint8Array };

const HOST_FILE = new URL('./espeak-host.mjs', import.meta.url);
const HEADER_BYTES = 8;
/** Speaking takes about 0.02 s per second of speech; five minutes of it in one request still end long before this. */
const DEADLINE_SECONDS = 60;

/**
 * The host process that speaks with eSpeak NG: started at the first request, kept warm, asked one thing at a time, killed
 * when its request is aborted or late, and started again for the next one.
 */
export class EspeakProcess {
  readonly #hostFile: URL;
  readonly #deadlineSeconds: number;
  readonly #queue = new SerialQueue();
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed = false;

  constructor(options: { readonly hostFile?: URL; readonly deadlineSeconds?: number } = {}) {
    this.#hostFile = options.hostFile ?? HOST_FILE;
    this.#deadlineSeconds = options.deadlineSeconds ?? DEADLINE_SECONDS;
  }

  /**
   * Throws AppError: `unsupported` when eSpeak NG is not installed or lacks the voice, `unavailable` when the process dies,
   * `protocol` when it fails on the request; or the signal's reason, or a TimeoutError past the deadline of a minute.
   */
  async ask(request: EspeakRequest, signal: AbortSignal): Promise<EspeakAnswer> {
    const answer = await this.#queue.run(() => this.#exchange(request, signal), signal);
    if (answer.json['ok'] !== true) throw refusal(answer.json);
    return answer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  async #exchange(request: EspeakRequest, signal: AbortSignal): Promise<EspeakAnswer> {
    if (this.#closed) throw unavailable('it was closed');
    this.#child ??= startHost(this.#hostFile);
    const child = this.#child;
    const { promise, resolve, reject } = Promise.withResolvers<EspeakAnswer>();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#deadlineSeconds * 1000)]);
    const received = new AnswerBuffer();
    const onData = (chunk: Uint8Array): void => {
      const answer = received.add(chunk);
      if (answer !== undefined) resolve(answer);
    };
    const onAbort = (): void => reject(limit.reason);
    const onError = (error: Error): void => reject(unavailable('it cannot be started', error));
    const onExit = (exitCode: number | null): void => reject(unavailable(`it ended with exit code ${exitCode}`));
    limit.addEventListener('abort', onAbort);
    child.stdout.on('data', onData);
    child.on('error', onError).on('exit', onExit);
    keepAlive(child, true);
    let answered = false;
    try {
      if (child.exitCode !== null || child.signalCode !== null) throw unavailable('it had ended');
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await promise;
      answered = true;
      return answer;
    } finally {
      limit.removeEventListener('abort', onAbort);
      child.stdout.off('data', onData);
      child.off('error', onError).off('exit', onExit);
      keepAlive(child, false);
      // An answer that comes late would be taken for the next request's.
      if (!answered) await this.#stop();
    }
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    child.ref();
    child.kill('SIGKILL');
    await promise;
  }
}

/** Collects one answer: two 32-bit little-endian lengths, the JSON, the samples. */
class AnswerBuffer {
  readonly #chunks: Uint8Array[] = [];
  #received = 0;
  #expected = HEADER_BYTES;
  #header: DataView | undefined;

  add(chunk: Uint8Array): EspeakAnswer | undefined {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#expected) return undefined;
    // A long answer comes in hundreds of chunks; they are joined only when the header and when all of it are there.
    const bytes = Buffer.concat(this.#chunks);
    this.#header ??= new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
    const jsonEnd = HEADER_BYTES + this.#header.getUint32(0, true);
    this.#expected = jsonEnd + this.#header.getUint32(4, true);
    if (this.#received < this.#expected) return undefined;
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, jsonEnd))) as Record<string, unknown>;
    return { json, pcm: bytes.subarray(jsonEnd, this.#expected) };
  }
}

function startHost(hostFile: URL): ChildProcessWithoutNullStreams {
  // An empty environment: the host needs none of the product's secrets.
  const child = spawn(process.execPath, [fileURLToPath(hostFile)], { stdio: 'pipe', env: {} });
  child.stderr.resume();
  // A broken pipe shows as the end of the process; without these listeners it would end ours.
  child.stdin.on('error', () => {});
  child.on('error', () => {});
  return child;
}

/** While nothing is asked, the host does not keep the product's own process from ending. */
function keepAlive(child: ChildProcessWithoutNullStreams, wanted: boolean): void {
  for (const handle of [
    child,
    child.stdin as Socket,
    child.stdout as unknown as Socket,
    child.stderr as unknown as Socket,
  ]) {
    if (wanted) handle.ref();
    else handle.unref();
  }
}

function refusal(json: Record<string, unknown>): AppError {
  const detail = String(json['message']);
  if (json['reason'] === 'package_missing') {
    return new AppError({
      code: 'espeak_missing',
      kind: 'unsupported',
      message:
        'Offline speech in languages other than English needs the optional package @echogarden/espeak-ng-' +
        `emscripten, which is not installed (${detail}).`,
    });
  }
  if (json['reason'] === 'voice_unknown') {
    return new AppError({ code: 'voice_unsupported', kind: 'unsupported', message: `${detail}.` });
  }
  return new AppError({ code: 'espeak_failed', kind: 'protocol', message: `eSpeak NG failed: ${detail}.` });
}

function unavailable(reason: string, cause?: Error): AppError {
  return new AppError({
    code: 'espeak_unavailable',
    kind: 'unavailable',
    message: `The process that speaks with eSpeak NG cannot be used: ${reason}.`,
    cause,
  });
}
