import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { openSqliteJournal } from '../../app/journal.ts';
import { hashBytes } from '../../storage/content-key.ts';
import type { ListedObject, ObjectStore } from '../../storage/object-store.ts';
import { openFileSystemStore } from '../../storage/stores/file-system.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { cleanUp } from './clean-up.ts';
import { FOLDERS_OF_CLASS, OBJECT_CLASSES, type DaysKept, type ObjectClass } from './object-classes.ts';
import { type CleanUpReport, totalOf } from './report.ts';

const DAY_MILLISECONDS = 24 * 3_600_000;
const DAYS: DaysKept = { audio: 7, videos: 30 };
const { signal } = new AbortController();

let folder: string;
let jobs: JobStore;
const clock = { time: Date.UTC(2026, 0, 1), now: (): number => clock.time };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clean-up-'));
  jobs = openSqliteJournal({ path: join(folder, 'journal.sqlite'), clock });
});
after(async () => {
  await jobs.close();
  await rm(folder, { recursive: true });
});

type Placed = { readonly key: string; readonly ageDays: number; readonly name: ObjectClass };
let lastStore = 0;
let lastName = 0;

function keyOf(objectFolder: string): string {
  lastName += 1;
  return `${objectFolder}/${hashBytes(Buffer.from(String(lastName)))}.json`;
}

/** An empty store, and a way to put objects of any age there. */
async function openStore() {
  const root = join(folder, `store-${(lastStore += 1)}`);
  const store = await openFileSystemStore({ folder: root, now: clock.now(), clock });
  const place = async (key: string, ageDays: number): Promise<void> => {
    const filePath = store.localFile(key) ?? '';
    await mkdir(join(filePath, '..'), { recursive: true });
    await writeFile(filePath, 'bytes');
    const at = (clock.time - ageDays * DAY_MILLISECONDS) / 1000;
    await utimes(filePath, at, at);
  };
  const remaining = async (): Promise<readonly string[]> => {
    const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.json'));
    return names.toSorted();
  };
  return { store, place, remaining };
}

const PLACES = ['input', 'step', 'call', 'output'] as const;
type Use = {
  /** Null for a job that is not final. */
  readonly endedDaysAgo: number | null;
  readonly live: 'queued' | 'waiting' | 'running';
  readonly place: (typeof PLACES)[number];
  readonly objects: readonly number[];
};

/** Makes a job that names the keys where `use` says; the clock must be at its start. Gives how to end it. */
async function addJob(use: Use, keys: readonly string[]): Promise<() => Promise<void>> {
  const id = `job-${(lastName += 1)}`;
  const stored = { deep: [{ keys }] };
  const waits = use.endedDaysAgo === null && use.live === 'waiting';
  const runAt = waits ? clock.time + DAY_MILLISECONDS : clock.time;
  const input = use.place === 'input' || use.live !== 'running' ? stored : {};
  await jobs.create({ id, userId: id, input, priority: 0, runAt });
  if (use.endedDaysAgo === null && use.live !== 'running') return async () => void (await jobs.requestCancel(id));
  const claim = await jobs.claimNext({ workerId: 'test', leaseMilliseconds: 1e12 });
  assert.equal(claim?.jobId, id);
  await jobs.beginStep(claim, 'speech');
  if (use.place === 'call') {
    const { call } = await jobs.beginCall(claim, { step: 'speech', provider: 'x', requestHash: id, recovery: 'none' });
    await jobs.endCall(claim, call.key, { state: 'completed', result: stored, costUsd: 0 });
  }
  if (use.place === 'step' || use.place === 'output') await jobs.completeStep(claim, 'speech', stored);
  if (use.endedDaysAgo === null) return () => jobs.finish(claim, null);
  await jobs.finish(claim, use.place === 'output' ? stored : null);
  return async () => undefined;
}

/** Those that ended first come first; what nobody claims comes last. */
function startOrder({ endedDaysAgo, live }: Use): number {
  return endedDaysAgo === null ? (live === 'running' ? 1 : 2) : -endedDaysAgo;
}

const ageDays = fc.oneof(
  fc.constantFrom(0, 0.9, 6.99, 7.01, 29.99, 30.01, 80),
  fc.nat(100_000).map((thousandths) => thousandths / 1000),
);
const scenario = fc.record({
  objects: fc.array(fc.record({ name: fc.constantFrom(...OBJECT_CLASSES), folder: fc.nat(7), ageDays }), {
    minLength: 1,
    maxLength: 14,
  }),
  uses: fc.array(
    fc.record({
      endedDaysAgo: fc.option(ageDays, { freq: 2 }),
      live: fc.constantFrom('queued', 'waiting', 'running'),
      place: fc.constantFrom(...PLACES),
      objects: fc.array(fc.nat(13), { maxLength: 4 }),
    }),
    { maxLength: 5 },
  ),
  isDryRun: fc.boolean(),
});

test('nothing that a live or a young job names ever goes; all else that is old does', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ objects, uses, isDryRun }) => {
      const now = clock.time + 200 * DAY_MILLISECONDS;
      clock.time = now;
      const { store, place, remaining } = await openStore();
      const placed: Placed[] = objects.map((object) => {
        const folders = FOLDERS_OF_CLASS[object.name];
        return { ...object, key: keyOf(folders[object.folder % folders.length] ?? '') };
      });
      for (const { key, ageDays: age } of placed) await place(key, age);
      const endings: (() => Promise<void>)[] = [];
      try {
        for (const use of uses.toSorted((a, b) => startOrder(a) - startOrder(b))) {
          clock.time = now - Math.round((use.endedDaysAgo ?? 0) * DAY_MILLISECONDS);
          endings.push(
            await addJob(
              use,
              use.objects.flatMap((index) => placed[index]?.key ?? []),
            ),
          );
        }
        clock.time = now;
        const report = await cleanUp({ jobs, objects: store, days: DAYS, isDryRun, chargedDays: 0, clock, signal });

        const goes = placed.filter(({ key, ageDays: age, name }) => {
          const days = DAYS[name] ?? Infinity;
          const isUsed = uses.some(
            (use) =>
              use.objects.some((index) => placed[index]?.key === key) &&
              (use.endedDaysAgo === null || use.endedDaysAgo <= days),
          );
          return age > days && !isUsed;
        });
        const stays = placed.filter((object) => isDryRun || !goes.includes(object));
        assert.deepEqual(await remaining(), stays.map(({ key }) => key).toSorted());
        const { listed, deleted, bytes, failed, young, inUse } = totalOf(report);
        assert.deepEqual([listed, deleted, bytes, failed], [placed.length, goes.length, goes.length * 5, 0]);
        assert.equal(young + inUse, placed.length - goes.length);
      } finally {
        for (const end of endings) await end();
      }
    }),
    { numRuns: 40 },
  );
});

/** A store in which something happens right after its first list. */
function whenListed(store: ObjectStore, happens: () => Promise<unknown>): ObjectStore {
  let isDone = false;
  return {
    ...store,
    async *list(name, options): AsyncGenerator<readonly ListedObject[]> {
      for await (const page of store.list(name, options)) {
        if (!isDone) await happens();
        isDone = true;
        yield page;
      }
    },
  };
}

test('an object that a job comes to name while the list is read stays', async () => {
  for (const how of ['live', 'ended'] as const) {
    const { store, place, remaining } = await openStore();
    const [used, unused] = [keyOf('videos'), keyOf('videos')];
    for (const key of [used, unused]) await place(key, 90);
    const endedDaysAgo = how === 'ended' ? 0 : null;
    let end = async (): Promise<void> => undefined;
    const objects = whenListed(store, async () => {
      end = await addJob({ endedDaysAgo, live: 'running', place: 'step', objects: [] }, [used]);
    });
    const options = { jobs, objects, days: DAYS, isDryRun: false, chargedDays: 0, clock, signal };
    const report = await cleanUp(options);
    assert.deepEqual(await remaining(), [used]);
    assert.deepEqual([report.classes.videos?.inUse, report.classes.videos?.deleted], [1, 1]);
    await end();
  }
});

test('an object that is written again while the list is read stays', async () => {
  const { store } = await openStore();
  const bytes = Buffer.from('spoken again');
  const key = `speech/${hashBytes(bytes)}.wav`;
  await store.putBytes(key, bytes, { signal });
  await utimes(store.localFile(key) ?? '', 1_000, 1_000);
  const objects = whenListed(store, () => store.putBytes(key, bytes, { signal }));
  const report = await cleanUp({ jobs, objects, days: DAYS, isDryRun: false, chargedDays: 0, clock, signal });
  assert.deepEqual(report.classes.audio, { ...zeros(), listed: 1, young: 1 });
  assert.ok(await store.head(key));
});

test('a class that is not named stays; what is charged on is counted', async () => {
  const { store, place, remaining } = await openStore();
  const [speech, young, old] = [keyOf('speech'), keyOf('videos'), keyOf('posters')];
  await place(speech, 400);
  await place(young, 40);
  await place(old, 91);
  const options = { jobs, objects: store, isDryRun: false, chargedDays: 90, clock, signal };
  const report = await cleanUp({ ...options, days: { videos: 30 } });
  assert.deepEqual(report.classes, { videos: { ...zeros(), listed: 2, deleted: 2, bytes: 10, chargedOn: 1 } });
  assert.deepEqual(await remaining(), [speech]);
});

test('work that is called off ends between two batches, and what was done is known', async () => {
  const { store, place, remaining } = await openStore();
  await place(keyOf('speech'), 400);
  await place(keyOf('videos'), 400);
  const stopping = new AbortController();
  let last: CleanUpReport | undefined;
  const onProgress = (report: CleanUpReport): void => {
    last = report;
    if (totalOf(report).deleted === 1) stopping.abort();
  };
  const options = { jobs, objects: store, days: DAYS, isDryRun: false, chargedDays: 0, clock };
  await assert.rejects(cleanUp({ ...options, signal: stopping.signal, onProgress }), { code: 'cancelled' });
  assert.equal(last && totalOf(last).deleted, 1);
  assert.equal((await remaining()).length, 1);
});

function zeros() {
  return { listed: 0, inUse: 0, young: 0, deleted: 0, bytes: 0, chargedOn: 0, failed: 0 };
}
