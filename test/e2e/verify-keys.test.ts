import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');

async function verifyKeys(environment: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const child = spawn(process.execPath, ['src/main.js', 'verify-keys', ...options], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode: child.exitCode, out, errors };
}

test('keys are verified on the command line: lines for a pipe, JSON for a program, and an exit code', async () => {
  const down = { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts' };
  const [mock, failed, refused] = await Promise.all([
    // What a newcomer has after copying the keys of an example.
    verifyKeys({ ELEVENLABS_API_KEY: 'YOUR_KEY_HERE' }),
    verifyKeys(down, '--json'),
    verifyKeys({ MOCK_MODE: 'False' }),
  ]);
  assert.equal(mock.exitCode, 1);
  const [note, ...lines] = mock.out.trimEnd().split('\n');
  assert.equal(note, 'MOCK_MODE is True: no key is needed, and none is used. Those that are set were checked.');
  assert.equal(lines.length, 8);
  assert.equal(lines[2], 'ElevenLabs: wrong: ELEVENLABS_API_KEY holds the placeholder of an example, and no key.');
  for (const line of lines.toSpliced(2, 1)) assert.match(line, /^[^:]+: not configured: .*[A-Z_]{5,}.*\.$/);

  assert.equal(failed.exitCode, 1);
  const {
    status,
    mock_mode: mockMode,
    vendors,
  } = JSON.parse(failed.out) as {
    readonly status: string;
    readonly mock_mode: boolean;
    readonly vendors: readonly { readonly vendor: string; readonly state: string; readonly notes: readonly string[] }[];
  };
  assert.deepEqual([status, mockMode], ['failed', false]);
  const asked = vendors.filter(({ state }) => state !== 'not_configured');
  assert.deepEqual(
    asked.map(({ vendor, state, notes }) => ({ vendor, state, notes })),
    [{ vendor: 'VibeVoice 127.0.0.1:1', state: 'unreachable', notes: [] }],
  );

  assert.equal(refused.exitCode, 2);
  assert.match(refused.errors, /^VIBEVOICE_WS_ENDPOINT: \(not set\) must be set when/);
});
