import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmod,
  lutimes,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { settle } from '../../../test/fixtures/manual-time.ts';
import { ask, createStage, keyOf, speechOf, type SpeechCacheStage } from '../../../test/fixtures/speech-cache-stage.ts';
import type { Speech } from '../speech-provider.ts';

const { signal } = new AbortController();
const DAY_MILLISECONDS = 24 * 3_600_000;
const KEY = keyOf('one');

const DAMAGE: Readonly<Record<string, (file: string, stage: SpeechCacheStage) => Promise<unknown>>> = {
  'a flipped bit in the sound': async (file) => changeByte(file, -100),
  'a flipped bit in the description': async (file) => changeByte(file, 120),
  'a missing end': async (file) => truncate(file, 1000),
  'an empty file': async (file) => truncate(file, 0),
  'another program’s file': async (file) => writeFile(file, 'RIFF....WAVE'.repeat(100)),
  'the entry of another text': async (file, stage) => {
    await ask(stage, keyOf('other'));
    await rename(stage.entryPath(keyOf('other')), file);
  },
  'a link to a good entry': async (file, stage) => {
    const good = path.join(path.dirname(stage.folder), 'elsewhere');
    await rename(file, good);
    await symlink(good, file);
  },
  'an empty folder': async (file) => {
    await rm(file);
    await mkdir(file);
  },
};

for (const [name, damage] of Object.entries(DAMAGE)) {
  test(`${name} is a miss, goes, is logged, and the next call has it again`, async (context) => {
    const stage = createStage(context);
    await ask(stage);
    await damage(stage.entryPath(KEY), stage);
    await lutimes(stage.entryPath(KEY), stage.now / 1000, stage.now / 1000);
    const made = stage.syntheses;
    assert.deepEqual(await ask(stage), { seed: made + 1, cached: false });
    assert.equal(stage.warnings.length, 1);
    assert.match(stage.warnings[0] ?? '', /^A damaged entry of the speech cache was removed\. it/);
    assert.deepEqual(await ask(stage), { seed: made + 1, cached: true });
    const names = await readdir(path.dirname(stage.folder), { recursive: true });
    if (name.startsWith('a link')) assert.ok(names.includes('elsewhere'), 'what the link points to stays');
  });
}

test('a full folder under the name of an entry is left alone, and so is everything else', async (context) => {
  const stage = createStage(context);
  await mkdir(path.join(stage.entryPath(KEY), 'papers'), { recursive: true });
  assert.deepEqual(await ask(stage), { seed: 1, cached: false });
  assert.deepEqual(await ask(stage), { seed: 2, cached: false });
  await ask(stage, keyOf('two'));
  assert.equal((await ask(stage, keyOf('two'))).cached, true);
  assert.equal(await stage.cache.removeExpired(), 0);
  assert.deepEqual(
    new Set(await readdir(stage.folder)),
    new Set([`${KEY}.speech`, `${keyOf('two')}.speech`]),
    'no unfinished file is left',
  );
});

test('damage goes even when the new synthesis fails', async (context) => {
  const stage = createStage(context);
  await ask(stage);
  await changeByte(stage.entryPath(KEY), -1);
  await lutimes(stage.entryPath(KEY), stage.now / 1000, stage.now / 1000);
  await assert.rejects(stage.cache.getOrSynthesize(KEY, () => Promise.reject(new Error('down')), { signal }));
  assert.deepEqual(await readdir(stage.folder), []);
});

test('the folder may be removed at any time', async (context) => {
  const stage = createStage(context);
  await ask(stage);
  await rm(stage.folder, { recursive: true });
  assert.deepEqual(await stage.cache.statistics(), { hits: 0, misses: 1, savedCostUsd: 0, entries: 0, bytes: 0 });
  assert.equal(await stage.cache.removeExpired(), 0);
  assert.deepEqual(await ask(stage), { seed: 2, cached: false });
  assert.deepEqual(await ask(stage), { seed: 2, cached: true });
  const over = new AbortController();
  const removing = (async () => {
    while (!over.signal.aborted) {
      await rm(stage.folder, { recursive: true, force: true }).catch(() => {});
      await settle();
    }
  })();
  for (let round = 0; round < 30; round += 1) {
    await Promise.all(['a', 'b', 'c'].map((text) => ask(stage, keyOf(text))));
  }
  over.abort();
  await removing;
  await ask(stage);
  assert.equal((await ask(stage)).cached, true);
});

test('a folder that cannot be one is logged once, and speech comes all the same', async (context) => {
  const stage = createStage(context);
  await writeFile(stage.folder, 'a file');
  for (let seed = 1; seed <= 3; seed += 1) assert.deepEqual(await ask(stage), { seed, cached: false });
  assert.equal(await stage.cache.removeExpired(), 0);
  assert.equal(stage.warnings.length, 1);
  await rm(stage.folder);
  await ask(stage);
  assert.equal((await ask(stage)).cached, true);
  await rm(stage.folder, { recursive: true });
  await writeFile(stage.folder, 'a file again');
  await ask(stage);
  assert.equal(stage.warnings.length, 2, 'a second outage is logged again');
});

test('a folder behind a link is not used', async (context) => {
  const stage = createStage(context);
  const elsewhere = path.join(path.dirname(stage.folder), 'elsewhere');
  await ask(stage);
  await rename(stage.folder, elsewhere);
  await symlink(elsewhere, stage.folder);
  assert.deepEqual(await ask(stage), { seed: 2, cached: false });
  stage.now += 30 * DAY_MILLISECONDS;
  assert.equal(await stage.cache.removeExpired(), 0);
  assert.deepEqual(await readdir(elsewhere), [`${KEY}.speech`]);
  assert.equal(stage.warnings.length, 1);
});

test('a folder that may not be written to still gives hits', async (context) => {
  const stage = createStage(context);
  await chmod(path.dirname(stage.folder), 0o777);
  // The superuser may write anywhere, so the attempt is made with the rights of nobody.
  const isSuperuser = process.getuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  try {
    await ask(stage);
    await chmod(stage.folder, 0o555);
    assert.deepEqual(await ask(stage), { seed: 1, cached: true });
    assert.deepEqual(await ask(stage, keyOf('two')), { seed: 2, cached: false });
    assert.deepEqual(await ask(stage, keyOf('two')), { seed: 3, cached: false });
    assert.equal(stage.warnings.length, 1);
    await chmod(stage.folder, 0o755);
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
});

test('a full disk is logged once, leaves nothing behind, and heals', async (context) => {
  const disk = await mkdtemp(path.join(tmpdir(), 'small-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]).status !== 0) {
    await rm(disk, { recursive: true });
    return context.skip('a small file system cannot be mounted here');
  }
  context.after(async () => {
    spawnSync('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
  });
  const stage = createStage(context, disk);
  const large = async (): Promise<Speech> => speechOf(1, 100_000);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { speech, cached } = await stage.cache.getOrSynthesize(KEY, large, { signal });
    await stage.cache.settled();
    assert.equal(cached, false);
    assert.equal(speech.pcm.samples.length, 100_000);
  }
  assert.equal(stage.warnings.length, 1);
  assert.deepEqual(await readdir(stage.folder), []);
  await ask(stage, keyOf('small'));
  assert.equal((await ask(stage, keyOf('small'))).cached, true);
});

async function changeByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 1;
  await writeFile(file, bytes);
}
