import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createRandom } from '../../../test/chaos/seeded-random.ts';
import { systemClock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { createSpeechCache, type SpeechCache } from '../speech-cache.ts';
import { createSpeechKey, type SpeechKey } from './speech-key.ts';

const { signal } = new AbortController();
const TEXT_COUNT = 6;
const MAXIMUM_BYTES = 3e6;

/**
 * A process that asks for the same few texts over and over, prints a line for each round, and stops on the first speech
 * that is not that of its text. `removes` makes it throw the whole folder away now and then.
 */
const WORKER = `
import { rm } from 'node:fs/promises';
import { createSpeechCache } from ${JSON.stringify(new URL('../speech-cache.ts', import.meta.url).href)};
import { createSpeechKey } from ${JSON.stringify(new URL('speech-key.ts', import.meta.url).href)};
const { folder, rounds, removes } = JSON.parse(process.argv[1]);
const write = (line) => process.stdout.write(line + '\\n');
const log = { debug() {}, info() {}, warn: (fields, text) => write(text), error: write };
const cache = createSpeechCache({ folder, enabled: true, maximumBytes: ${MAXIMUM_BYTES}, clock: { now: Date.now }, log });
const { signal } = new AbortController();
const voice = { profile: 'default', style: 'neutral', seed: 1 };
for (let round = 0; round < rounds; round += 1) {
  if (removes && round % 5 === 4) await rm(folder, { recursive: true, force: true }).catch(() => {});
  await Promise.all(Array.from({ length: 24 }, async (_, index) => {
    const text = String(index % ${TEXT_COUNT});
    const key = createSpeechKey({ text, provider: 'offline', voice, vendorVoiceId: null, model: null, language: 'en' });
    const samples = new Float32Array(200_000).fill(Number(text) / 8);
    const made = { pcm: { samples, sampleRateHz: 24_000 }, warnings: [], costUsd: 0, providerMetadata: { text } };
    const { speech } = await cache.getOrSynthesize(key, async () => made, { signal });
    const { samples: heard } = speech.pcm;
    const isRight = heard.length === 200_000 && heard[0] === samples[0] && heard.at(-1) === samples[0];
    if (!isRight || speech.providerMetadata.text !== text) write('wrong speech');
  }));
  await cache.removeExpired();
  write('round');
}
`;

type Worker = { readonly process: ChildProcess; readonly lines: string[]; readonly ended: Promise<unknown> };

function startWorker(options: {
  readonly folder: string;
  readonly rounds: number;
  readonly removes?: boolean;
}): Worker {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WORKER, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  return { process: child, lines, ended: once(child, 'close') };
}

function keyOf(text: string): SpeechKey {
  const voice = { profile: 'default', style: 'neutral', seed: 1 } as const;
  return createSpeechKey({ text, provider: 'offline', voice, vendorVoiceId: null, model: null, language: 'en' });
}

/** Its own disk folder: what a killed process leaves must be what the disk had. */
async function createFolder(context: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'shared-cache-'));
  context.after(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'cache');
}

function openCache(folder: string): { readonly cache: SpeechCache; readonly warnings: string[] } {
  const warnings: string[] = [];
  const warn = (_: object, message: string): number => warnings.push(message);
  const log: Logger = { debug() {}, info() {}, warn, error: warn };
  const cache = createSpeechCache({ folder, enabled: true, maximumBytes: MAXIMUM_BYTES, clock: systemClock, log });
  return { cache, warnings };
}

test('a writer killed at any moment leaves no half entry', async (context) => {
  const folder = await createFolder(context);
  const random = createRandom(11);
  let abandoned = 0;
  let whole = 0;
  for (let kill = 0; kill < 40 && (kill < 10 || abandoned === 0 || whole === 0); kill += 1) {
    // It removes what it wrote, so that there is always something to write again.
    const worker = startWorker({ folder, rounds: 100_000, removes: true });
    context.after(() => worker.process.kill('SIGKILL'));
    // In turns from the first file begun and from the first one ended, so that the kill falls into the writing.
    const awaited = kill % 2 === 0 ? '.part' : '.speech';
    const isWriting = async (): Promise<boolean> =>
      (await readdir(folder).catch(() => [])).some((name) => name.endsWith(awaited));
    while (!(await isWriting())) {
      assert.equal(worker.process.exitCode, null, 'the writer is at work');
      await new Promise(setImmediate);
    }
    const turns = Math.floor(random() * 30);
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    worker.process.kill('SIGKILL');
    await worker.ended;
    const names = await readdir(folder).catch(() => []);
    abandoned += names.filter((name) => name.endsWith('.part')).length;
    const { cache, warnings } = openCache(folder);
    for (const name of names.filter((name) => name.endsWith('.speech'))) {
      const text = Array.from({ length: TEXT_COUNT }, (_, index) => String(index)).find(
        (text) => name === `${keyOf(text)}.speech`,
      );
      assert.ok(text !== undefined, `there is an entry ${name}`);
      const fail = (): never => assert.fail(`the entry of ${text} cannot be read`);
      const { speech } = await cache.getOrSynthesize(keyOf(text), fail, { signal });
      assert.equal(speech.pcm.samples.length, 200_000);
      whole += 1;
    }
    assert.deepEqual(warnings, []);
    await rm(folder, { recursive: true, force: true });
  }
  assert.ok(abandoned > 0, 'no kill fell into a write');
  assert.ok(whole > 0, 'no kill came after a write');
});

test('two processes share a folder, a full one that is emptied at times, and each gets the right speech', async (context) => {
  const folder = await createFolder(context);
  const workers = [startWorker({ folder, rounds: 20, removes: true }), startWorker({ folder, rounds: 20 })];
  await Promise.all(workers.map(({ ended }) => ended));
  for (const { lines, process } of workers) {
    assert.equal(process.exitCode, 0);
    assert.equal(lines.filter((line) => line === 'round').length, 20);
    assert.deepEqual(
      lines.filter((line) => /wrong|damaged/.test(line)),
      [],
    );
  }
});
