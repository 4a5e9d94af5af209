import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { settle } from '../../../test/fixtures/manual-time.ts';
import { createScratchFolder } from '../../../test/fixtures/scratch-folder.ts';
import { createEntryFolder, type EntryFolder } from './entry-folder.ts';
import { createEntryLocks, type EntryLocks } from './entry-locks.ts';
import { createEntryRoom, type EntryRoom } from './entry-room.ts';
import { GUARD_MILLISECONDS } from './eviction.ts';
import type { SpeechKey } from './speech-key.ts';

const WEEK_MILLISECONDS = 7 * 24 * 3_600_000;
const MAXIMUM_BYTES = 1000;
const scratch = createScratchFolder('entry-room');
after(() => rmSync(scratch, { recursive: true }));
let folderCount = 0;

type Stage = {
  readonly path: string;
  readonly folder: EntryFolder;
  readonly locks: EntryLocks;
  readonly room: EntryRoom;
  now: number;
};

function createStage(maximumBytes = MAXIMUM_BYTES): Stage {
  folderCount += 1;
  const path = join(scratch, String(folderCount));
  const folder = createEntryFolder(path);
  const locks = createEntryLocks();
  const clock = { now: () => stage.now };
  const room = createEntryRoom({ folder, locks, clock, maximumBytes, maximumAgeSeconds: WEEK_MILLISECONDS / 1000 });
  const stage: Stage = { path, folder, locks, room, now: Date.UTC(2026, 0, 1) };
  return stage;
}

const keyOf = (index: number): SpeechKey => index.toString(16).padStart(64, '0') as SpeechKey;

async function write(stage: Stage, key: SpeechKey, bytes: number): Promise<boolean> {
  const release = await stage.locks.share(key);
  try {
    return await stage.room.write(bytes, () => stage.folder.write(key, new Uint8Array(bytes), stage.now));
  } finally {
    release();
  }
}

async function use(stage: Stage, key: SpeechKey): Promise<boolean> {
  const release = await stage.locks.share(key);
  try {
    return (await stage.folder.read(key, (entry) => entry.touch(stage.now).then(() => true))) ?? false;
  } finally {
    release();
  }
}

type File = { readonly bytes: number; readonly lastUsedAt: number };

function filesOf(stage: Stage): Map<SpeechKey, File> {
  const files = new Map<SpeechKey, File>();
  let names: string[] = [];
  try {
    names = readdirSync(stage.path);
  } catch {
    // Nothing was written yet.
  }
  for (const name of names) {
    const { size, mtimeMs } = statSync(join(stage.path, name));
    files.set(name.replace('.speech', '') as SpeechKey, { bytes: size, lastUsedAt: Math.round(mtimeMs) });
  }
  return files;
}

const anyKey = fc.integer({ min: 0, max: 5 }).map(keyOf);
const anyAction = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('write'), key: anyKey, bytes: fc.integer({ min: 1, max: 500 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('use'), key: anyKey, bytes: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold'), key: anyKey, bytes: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clean'), key: anyKey, bytes: fc.constant(0) }) },
);
const anyStep = fc.record({
  actions: fc.array(anyAction, { minLength: 1, maxLength: 5 }),
  releases: fc.boolean(),
  pauseMilliseconds: fc.constantFrom(
    0,
    1,
    GUARD_MILLISECONDS - 1,
    GUARD_MILLISECONDS,
    3_600_000,
    WEEK_MILLISECONDS - 3_600_000,
    WEEK_MILLISECONDS,
    WEEK_MILLISECONDS + 1000,
  ),
});

test('a thousand schedules: only what may go goes, never what is in use, and the size holds', async () => {
  const seen = { expired: 0, evicted: 0, spared: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 8 }), async (steps) => {
      const stage = createStage();
      const held = new Map<SpeechKey, () => void>();
      for (const { actions, releases, pauseMilliseconds } of steps) {
        stage.now += pauseMilliseconds;
        for (const { key } of actions.filter((action) => action.do === 'hold')) {
          const release = await stage.locks.share(key);
          held.get(key)?.();
          held.set(key, release);
        }
        const before = filesOf(stage);
        const used = new Set<SpeechKey>();
        await Promise.all(
          actions.map(async (action) => {
            if (action.do === 'clean') await stage.room.removeExpired();
            if (action.do === 'use' && (await use(stage, action.key))) used.add(action.key);
            if (action.do === 'write') {
              if (await write(stage, action.key, action.bytes)) used.add(action.key);
              else seen.refused += 1;
            }
          }),
        );
        const left = filesOf(stage);
        const isCleaned = actions.some((action) => action.do === 'clean');
        const isWritten = actions.some((action) => action.do === 'write');
        const isOver = (file: File): boolean => stage.now - file.lastUsedAt > WEEK_MILLISECONDS;

        const bytes = [...left.values()].reduce((sum, file) => sum + file.bytes, 0);
        assert.ok(bytes <= MAXIMUM_BYTES, `${bytes} bytes are kept`);
        for (const key of used) assert.ok(left.has(key), 'what was just written or used is there');
        const evicted: File[] = [];
        for (const [key, file] of before) {
          if (left.has(key)) continue;
          assert.ok(!held.has(key), 'what a reader holds stays');
          if (isCleaned && isOver(file)) {
            seen.expired += 1;
            continue;
          }
          assert.ok(isWritten, 'clean-up removes only what is over its age');
          assert.ok(stage.now - file.lastUsedAt >= GUARD_MILLISECONDS, 'what was used within the minute stays');
          evicted.push(file);
        }
        seen.evicted += evicted.length;
        const latestEvicted = Math.max(...evicted.map((file) => file.lastUsedAt));
        for (const [key, file] of left) {
          // Others in this step may have had it just then.
          const isTouched = held.has(key) || actions.some((action) => action.key === key);
          if (isCleaned && isOver(file)) {
            assert.ok(isTouched, 'what is over its age goes');
            if (held.has(key)) seen.spared += 1;
          }
          if (!isTouched) assert.ok(file.lastUsedAt >= latestEvicted, 'the least recently used goes first');
        }
        if (releases) {
          for (const release of held.values()) release();
          held.clear();
        }
      }
      rmSync(stage.path, { recursive: true, force: true });
    }),
    { numRuns: 1000 },
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `the schedules had ${count} times: ${what}`);
});

test('six days and 23 hours after its last use an entry is there, seven days and a second after it is not', async () => {
  const stage = createStage();
  await write(stage, keyOf(1), 10);
  await write(stage, keyOf(2), 10);
  stage.now += WEEK_MILLISECONDS - 3_600_000;
  assert.equal(await stage.room.removeExpired(), 0);
  await use(stage, keyOf(2));
  stage.now += 3_600_000;
  assert.equal(await stage.room.removeExpired(), 0);
  stage.now += 1000;
  assert.equal(await stage.room.removeExpired(), 1);
  assert.deepEqual([...filesOf(stage).keys()], [keyOf(2)]);
});

test('an entry larger than all the room is not written and drives nothing out', async () => {
  const stage = createStage();
  await write(stage, keyOf(1), 900);
  stage.now += 3_600_000;
  assert.equal(await write(stage, keyOf(2), 1001), false);
  assert.deepEqual([...filesOf(stage).keys()], [keyOf(1)]);
});

test('what another process wrote counts when room is made', async () => {
  const stage = createStage();
  await write(stage, keyOf(1), 100);
  for (let index = 2; index < 10; index += 1) {
    await stage.folder.write(keyOf(index), new Uint8Array(100), stage.now + index);
  }
  stage.now += 3_600_000;
  assert.equal(await write(stage, keyOf(10), 300), true);
  assert.deepEqual(new Set(filesOf(stage).keys()), new Set([4, 5, 6, 7, 8, 9, 10].map(keyOf)));
});

test('clean-up takes what dead writers left after an hour, and nothing that is not of this cache', async () => {
  const stage = createStage();
  await mkdir(stage.path);
  const old = (stage.now - 30 * 24 * 3_600_000) / 1000;
  const foreign = ['notes.txt', 'abc.speech', `${keyOf(3)}.part`, `${keyOf(3)}.speech.bak`];
  const young = `${keyOf(1)}.${'b'.repeat(24)}.part`;
  for (const name of [...foreign, young, `${keyOf(1)}.${'a'.repeat(24)}.part`]) {
    await writeFile(join(stage.path, name), 'x');
    await utimes(join(stage.path, name), old, name === young ? stage.now / 1000 - 60 : old);
  }
  await mkdir(join(stage.path, `${keyOf(4)}.speech`, 'full'), { recursive: true });
  await utimes(join(stage.path, `${keyOf(4)}.speech`), old, old);
  assert.equal(await stage.room.removeExpired(), 0);
  assert.deepEqual(new Set(await readdir(stage.path)), new Set([...foreign, young, `${keyOf(4)}.speech`]));
});

test('clean-up does not take a file that this process is writing, whatever its clock says', async () => {
  const stage = createStage();
  const ended = new AbortController();
  const writing = stage.folder.write(keyOf(1), new Uint8Array(8e6), stage.now).finally(() => ended.abort());
  let removed = 0;
  while (!ended.signal.aborted) {
    removed += await stage.folder.removeAbandonedWrites(stage.now + 30 * WEEK_MILLISECONDS);
    await settle();
  }
  await writing;
  assert.equal(removed, 0);
});
