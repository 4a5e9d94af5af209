import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { createScratchFolder } from '../../../test/fixtures/scratch-folder.ts';
import type { ProviderChoice } from '../provider-choice.ts';
import { openSqliteSpeechState } from './speech-state-sqlite.ts';

const folder = createScratchFolder('speech-state');
let files = 0;
const newFile = (extension = '.sqlite'): string => join(folder, `${(files += 1)}${extension}`);
after(() => rmSync(folder, { recursive: true }));

const CHOICE: ProviderChoice = {
  provider: 'elevenlabs',
  previous: 'vibevoice',
  configured: 'vibevoice',
  changedBy: 'admin key',
  changedAt: 1,
};

test('a document is there after a restart, for every process, whatever its importance', async () => {
  for (const importance of ['order', 'observation'] as const) {
    const path = newFile();
    const first = openSqliteSpeechState({ path });
    const second = openSqliteSpeechState({ path });
    assert.equal(await first.read('provider_choice'), undefined);
    await first.update('provider_choice', importance, (before) => {
      assert.equal(before, undefined);
      return CHOICE;
    });
    assert.deepEqual(await second.read('provider_choice'), CHOICE);
    await second.update('provider_choice', importance, (before) => ({ ...before!, provider: 'vibevoice' }));
    await Promise.all([first.close(), second.close()]);
    const reopened = openSqliteSpeechState({ path });
    assert.deepEqual(await reopened.read('provider_choice'), { ...CHOICE, provider: 'vibevoice' });
    await reopened.close();
  }
});

test('a change that throws leaves nothing, and the same object is not written', async () => {
  const state = openSqliteSpeechState({ path: newFile() });
  await state.update('provider_choice', 'order', () => CHOICE);
  await assert.rejects(
    state.update('provider_choice', 'order', () => {
      throw new Error('no');
    }),
    /^Error: no$/,
  );
  const same = await state.update('provider_choice', 'observation', (before) => before!);
  assert.deepEqual(same, CHOICE);
  assert.deepEqual(await state.read('provider_choice'), CHOICE);
  await state.close();
});

test('changes of four processes at once are all made, one after the other', async () => {
  const path = newFile();
  const state = openSqliteSpeechState({ path });
  const program = `
    import { openSqliteSpeechState } from ${JSON.stringify(join(import.meta.dirname, 'speech-state-sqlite.ts'))};
    const state = openSqliteSpeechState({ path: ${JSON.stringify(path)} });
    for (let turn = 0; turn < 50; turn += 1)
      await state.update('spend', turn % 2 ? 'order' : 'observation', (before) => ({
        entries: [...(before?.entries ?? []), { atMilliseconds: turn, userId: String(process.pid), usd: 1 }],
      }));
    await state.close();`;
  const script = newFile('.ts');
  writeFileSync(script, program);
  const run = promisify(execFile);
  await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, [script])));
  assert.equal((await state.read('spend'))?.entries.length, 4 * 50);
  await state.close();
});

test('what administrators did is told newest first, and survives a restart', async () => {
  const path = newFile();
  const state = openSqliteSpeechState({ path });
  for (let at = 1; at <= 3; at += 1)
    await state.appendAudit({ at, by: 'loopback', action: 'set_tts_provider', detail: { provider: 'elevenlabs', at } });
  await state.close();
  const reopened = openSqliteSpeechState({ path });
  assert.deepEqual(
    (await reopened.audit({ limit: 2 })).map(({ at, detail }) => [at, detail['at']]),
    [
      [3, 3],
      [2, 2],
    ],
  );
  await reopened.close();
});

test('a file that is no database is told as such', () => {
  const path = newFile();
  writeFileSync(path, 'not a database, but long enough to be taken for one '.repeat(40));
  assert.throws(() => openSqliteSpeechState({ path }), { name: 'AppError', kind: 'storage' });
});
