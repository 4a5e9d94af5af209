import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openObjects } from '../../src/app/objects.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { contentKey, hashBytes } from '../../src/storage/content-key.ts';
import { createVibeVoiceProvider } from '../../src/tts/providers/vibevoice.ts';
import { ROOMY_LIMITS } from '../fixtures/http-limits.ts';

const ROOT = join(import.meta.dirname, '../..');
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

function simulate(t: TestContext, arguments_: readonly string[]) {
  const child = spawn(process.execPath, ['src/main.js', 'simulate', ...arguments_], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

test('a program can start the vendors, speak through them, break one, and stop them', async (t) => {
  const child = simulate(t, ['--free-ports', '--json']);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { status: string; variables: Record<string, string>; faults_url: string };
  assert.equal(ready.status, 'ready');
  assert.deepEqual(Object.keys(ready.variables), [
    'MOCK_MODE',
    'VIBEVOICE_WS_ENDPOINT',
    'VIBEVOICE_METRICS_URL',
    'ELEVENLABS_BASE_URL',
    'ELEVENLABS_API_KEY',
    'OPENAI_BASE_URL',
    'OPENAI_API_KEY',
    'OPENAI_SPEECH_BASE_URL',
    'OPENAI_SPEECH_API_KEY',
    'HEYGEN_BASE_URL',
    'HEYGEN_API_KEY',
    'WASABI_ENDPOINT',
    'WASABI_ACCESS_KEY',
    'WASABI_SECRET_KEY',
  ]);
  const http = createHttpClient(ROOMY_LIMITS);
  t.after(() => http.close());
  const provider = createVibeVoiceProvider({
    endpoints: ready.variables['VIBEVOICE_WS_ENDPOINT']?.split(',') ?? [],
    http,
    clock: systemClock,
    connectionTimeoutSeconds: 30,
    idleTimeoutSeconds: 60,
  });
  const speak = () => {
    const voice = { profile: 'default', style: 'neutral', seed: 1 } as const;
    const utterance = { text: 'The simulated vendors really speak.', language: 'en', voice };
    return provider.synthesize(utterance, { signal: AbortSignal.timeout(60_000) });
  };
  const { pcm, alignment } = await speak();
  assert.ok(pcm.samples.length > 24_000);
  assert.equal(alignment?.words.length, 5);

  const body = JSON.stringify({ vendor: 'vibevoice', scenario: 'error-frame' });
  assert.equal((await fetch(ready.faults_url, { method: 'POST', body })).status, 200);
  await assert.rejects(speak(), { kind: 'unavailable' });
  assert.equal((await fetch(ready.faults_url, { method: 'DELETE' })).status, 200);
  await speak();

  const heygen = `${ready.variables['HEYGEN_BASE_URL']}/v3/users/me`;
  const account = () => fetch(heygen, { headers: { 'x-api-key': ready.variables['HEYGEN_API_KEY'] ?? '' } });
  assert.equal((await account()).status, 200);
  const refusal = JSON.stringify({ vendor: 'heygen', scenario: 'unauthorized', times: 1 });
  assert.equal((await fetch(ready.faults_url, { method: 'POST', body: refusal })).status, 200);
  assert.deepEqual([(await account()).status, (await account()).status], [401, 200]);

  const { config } = resolveConfig(ready.variables, {});
  const { objects, close } = await openObjects(config, { now: Date.now(), logger: SILENT });
  t.after(close);
  const sound = new Uint8Array([1, 2, 3]);
  await objects.putBytes(contentKey('audio', hashBytes(sound), 'wav'), sound, { signal: AbortSignal.timeout(60_000) });
  assert.equal(objects.localFile(contentKey('audio', hashBytes(sound), 'wav')), undefined);

  child.kill('SIGTERM');
  assert.equal(await exitCodeOf(child), 0);
  await assert.rejects(fetch(ready.faults_url), /fetch failed/);
});

test('a person is told what to put where and how to break something; Ctrl+C ends it', async (t) => {
  const child = simulate(t, ['--free-ports']);
  let told = '';
  for await (const line of createInterface(child.stdout)) {
    told += `${line}\n`;
    if (line.includes('Ctrl+C')) break;
  }
  assert.match(told, /^ {4}VIBEVOICE_WS_ENDPOINT=ws:\/\/127\.0\.0\.1:\d+\/tts,ws:\/\/127\.0\.0\.1:\d+\/tts$/m);
  assert.match(told, /^ {4}OPENAI_SPEECH_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/v1$/m);
  assert.match(told, /curl -s http:\/\/127\.0\.0\.1:\d+\/admin\/faults -d '\{"vendor":"vibevoice"/);
  child.kill('SIGINT');
  assert.equal(await exitCodeOf(child), 0);
});

test('a port in use and a mistake in the arguments are said with what to do', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const offset = String(port - 8765);
  const inUse = new RegExp(`vibevoice-1 cannot start: Port ${port} is in use by another program\\..*--port-offset`);
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--port-offset', offset], 1, inUse],
    [['--port-offset', '60000'], 2, /^--port-offset: must be a whole number from 0 to 56000; got 60000$/m],
    [['--port-offset', '1.5'], 2, /got 1\.5$/m],
    [['--ports', '1'], 2, /Unknown option '--ports'/],
  ];
  for (const [arguments_, exitCode, message] of cases) {
    const child = simulate(t, arguments_);
    const [errors] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.match(errors, message);
    assert.equal(child.exitCode, exitCode, arguments_.join(' '));
  }
  const child = simulate(t, ['--json', '--port-offset', offset]);
  const [answer] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const { status, errors } = JSON.parse(answer) as { status: string; errors: string[] };
  assert.equal(status, 'failed');
  assert.match(errors.join(), inUse);
});
