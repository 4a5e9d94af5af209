import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { toAppError } from '../../../core/errors.ts';
import { FliteVoice } from './flite-voice.ts';

const REQUEST = { text: 'Hello.', voice: 'slt', durationStretch: 1, pitchShift: 1 } as const;
const NEVER = new AbortController().signal;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flite-voice-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function workerFile(name: string, source: string): Promise<URL> {
  const path = join(folder, name);
  await writeFile(path, source);
  return pathToFileURL(path);
}

test('a worker that dies is unavailable, and the next request starts another', async () => {
  const real = new URL('./flite-worker.ts', import.meta.url);
  const marker = join(folder, 'died');
  const source = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    if (existsSync(${JSON.stringify(marker)})) await import(${JSON.stringify(real.href)});
    else parentPort.on('message', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(7); });`;
  const voice = new FliteVoice({ workerFile: await workerFile('dies.mjs', source) });
  await assert.rejects(voice.speak(REQUEST, NEVER), (error: unknown) => {
    assert.equal(toAppError(error).kind, 'unavailable');
    assert.match(String(error), /exit code 7/);
    return true;
  });
  assert.equal((await voice.speak(REQUEST, NEVER)).alignment.words.length, 1);
  await voice.close();
});

test('a worker that fails to load is unavailable', async () => {
  const voice = new FliteVoice({ workerFile: await workerFile('broken.mjs', 'throw new Error("broken")') });
  await assert.rejects(voice.speak(REQUEST, NEVER), (error: unknown) => toAppError(error).kind === 'unavailable');
  await voice.close();
});

test('a worker that does not answer is given up at the deadline, or when the caller gives up', async () => {
  const silent = await workerFile(
    'silent.mjs',
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});',
  );
  const voice = new FliteVoice({ workerFile: silent, deadlineSeconds: 0.3 });
  await assert.rejects(voice.speak(REQUEST, NEVER), (error: unknown) => toAppError(error).kind === 'timeout');
  const controller = new AbortController();
  const work = voice.speak(REQUEST, controller.signal);
  setImmediate(() => controller.abort());
  await assert.rejects(work, (error: unknown) => toAppError(error).kind === 'cancelled');
  await voice.close();
});

test('after closing it refuses', async () => {
  const voice = new FliteVoice();
  await voice.close();
  await assert.rejects(voice.speak(REQUEST, NEVER), /was closed/);
});
