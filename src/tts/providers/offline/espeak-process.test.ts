import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AppError, toAppError } from '../../../core/errors.ts';
import type { FailureKind } from '../../../core/failure-policy.ts';
import { EspeakProcess } from './espeak-process.ts';

const REAL_HOST = new URL('./espeak-host.mjs', import.meta.url);
const NEVER = new AbortController().signal;
const LIST = { operation: 'voices' } as const;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'espeak-process-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function host(name: string, source: string): Promise<URL> {
  const path = join(folder, name);
  await writeFile(path, source);
  return pathToFileURL(path);
}

async function assertKind(work: Promise<unknown>, kind: FailureKind, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.equal(toAppError(error).kind, kind);
    assert.match(toAppError(error).message, message);
    return true;
  });
}

test('without the optional package other languages are unsupported, with the package named', async () => {
  // Outside the project the host finds no node_modules.
  await copyFile(REAL_HOST, join(folder, 'lonely.mjs'));
  const process = new EspeakProcess({ hostFile: pathToFileURL(join(folder, 'lonely.mjs')) });
  await assertKind(process.ask(LIST, NEVER), 'unsupported', /optional package @echogarden\/espeak-ng-emscripten/);
  await process.close();
});

test('a host that dies is unavailable, and the next request starts another', async () => {
  const marker = join(folder, 'died');
  const source = `
    import { existsSync, writeFileSync } from 'node:fs';
    if (existsSync(${JSON.stringify(marker)})) await import(${JSON.stringify(REAL_HOST.href)});
    else process.stdin.once('data', () => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(3); });`;
  const process = new EspeakProcess({ hostFile: await host('dies.mjs', source) });
  await assertKind(process.ask(LIST, NEVER), 'unavailable', /exit code 3/);
  const { json } = await process.ask(LIST, NEVER);
  assert.ok((json['voices'] as unknown[]).length > 100);
  await process.close();
});

test('a host that does not answer is given up at the deadline, or when the caller gives up', async () => {
  const process = new EspeakProcess({
    hostFile: await host('silent.mjs', 'process.stdin.resume();'),
    deadlineSeconds: 0.3,
  });
  await assertKind(process.ask(LIST, NEVER), 'timeout', /deadline/);
  const controller = new AbortController();
  const work = process.ask(LIST, controller.signal);
  setImmediate(() => controller.abort());
  await assertKind(work, 'cancelled', /cancelled/);
  await process.close();
});

test('a host that cannot be started is unavailable', async () => {
  const process = new EspeakProcess({ hostFile: pathToFileURL(join(folder, 'nowhere.mjs')) });
  await assertKind(process.ask(LIST, NEVER), 'unavailable', /exit code 1/);
  await process.close();
});

test('an answer in many pieces is put together', async () => {
  const source = `
    const json = Buffer.from('{"ok":true,"word":"häppchen"}');
    const header = Buffer.alloc(8);
    header.writeUInt32LE(json.length, 0);
    header.writeUInt32LE(3, 4);
    const all = Buffer.concat([header, json, Buffer.from([1, 2, 3])]);
    process.stdin.once('data', async () => {
      for (const byte of all) {
        process.stdout.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });`;
  const process = new EspeakProcess({ hostFile: await host('pieces.mjs', source) });
  const { json, pcm } = await process.ask(LIST, NEVER);
  assert.equal(json['word'], 'häppchen');
  assert.deepEqual([...pcm], [1, 2, 3]);
  await process.close();
});

test('the real host refuses a voice it does not have instead of keeping the last one', async () => {
  const process = new EspeakProcess();
  const request = { operation: 'speak', rate: 160, pitch: 50, range: 50, text: 'Hallo' } as const;
  assert.ok((await process.ask({ ...request, voice: 'gmw/de' }, NEVER)).pcm.length > 10_000);
  await assertKind(process.ask({ ...request, voice: 'xx/nope' }, NEVER), 'unsupported', /xx\/nope/);
  assert.ok((await process.ask({ ...request, voice: 'gmw/de' }, NEVER)).pcm.length > 10_000);
  await process.close();
  await assert.rejects(
    process.ask(LIST, NEVER),
    (error: unknown) => error instanceof AppError && /closed/.test(error.message),
  );
});
