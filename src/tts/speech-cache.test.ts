import assert from 'node:assert/strict';
import { readdir, rm, stat } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { settle } from '../../test/fixtures/manual-time.ts';
import { ask, createStage, keyOf, speechOf } from '../../test/fixtures/speech-cache-stage.ts';
import type { SpeechKey } from './cache/speech-key.ts';
import type { Speech } from './speech-provider.ts';

const { signal } = new AbortController();
const DAY_MILLISECONDS = 24 * 3_600_000;
const KEY = keyOf('one');

test('a hit is the miss again to the last bit, costs nothing, and outlives the process', async (context) => {
  const stage = createStage(context);
  const miss = await stage.cache.getOrSynthesize(KEY, async () => speechOf(1), { signal });
  assert.equal(miss.cached, false);
  await stage.cache.settled();
  const fail = (): never => assert.fail('it was synthesised again');
  for (const cache of [stage.cache, stage.open()]) {
    const hit = await cache.getOrSynthesize(KEY, fail, { signal });
    assert.equal(hit.cached, true);
    const { pcm, ...rest } = hit.speech;
    const { pcm: expected, ...expectedRest } = miss.speech;
    assert.ok(bytesOf(pcm.samples).equals(bytesOf(expected.samples)));
    assert.equal(pcm.sampleRateHz, 24_000);
    assert.deepEqual(rest, { ...expectedRest, costUsd: 0 });
  }
  assert.equal(miss.speech.costUsd, 0.25);
  assert.ok(miss.speech.pcm.samples.every((sample) => Number.isInteger(sample * 32_768)));
  assert.deepEqual(await readdir(stage.folder), [`${KEY}.speech`]);
  assert.deepEqual(stage.warnings, []);
});

test('says what it has without counting that as a use', async (context) => {
  const stage = createStage(context);
  assert.equal(await stage.cache.has(KEY), false);
  await stage.cache.getOrSynthesize(KEY, async () => speechOf(1), { signal });
  assert.equal(await stage.cache.has(KEY), true, 'also while it is on its way to the disk');
  await stage.cache.settled();
  const before = await stat(stage.entryPath(KEY));
  assert.equal(await stage.open().has(KEY), true);
  assert.equal((await stat(stage.entryPath(KEY))).mtimeMs, before.mtimeMs);
  assert.equal((await stage.cache.statistics()).hits, 0);
  stage.now += 8 * DAY_MILLISECONDS;
  assert.equal(await stage.cache.has(KEY), false, 'what would not be used any more');
});

test('a hundred at once make one synthesis, one of them pays, and the statistics say so', async (context) => {
  const stage = createStage(context);
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(stage)));
  assert.equal(stage.syntheses, 1);
  assert.equal(answers.filter(({ cached }) => !cached).length, 1);
  const { bytes, ...statistics } = await stage.cache.statistics();
  assert.deepEqual(statistics, { hits: 99, misses: 1, savedCostUsd: 99 * 0.25, entries: 1 });
  assert.equal(bytes, (await stat(stage.entryPath(KEY))).size);
  await Promise.all(Array.from({ length: 100 }, () => ask(stage)));
  assert.equal((await stage.cache.statistics()).hits, 199);
});

test('other texts get other speech, however many ask at once', async (context) => {
  const stage = createStage(context);
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index % 10}`);
  const first = await Promise.all(texts.map((text) => ask(stage, keyOf(text))));
  const second = await Promise.all(texts.map((text) => ask(stage, keyOf(text), stage.open())));
  assert.deepEqual(
    second.map(({ seed }) => seed),
    first.map(({ seed }) => seed),
  );
  assert.equal(new Set(first.map(({ seed }) => seed)).size, 10);
});

test('a failure reaches everyone, is not kept, and the next call tries anew', async (context) => {
  const stage = createStage(context);
  const failure = new Error('no voice');
  const fail = (): Promise<Speech> => Promise.reject(failure);
  const attempts = await Promise.allSettled(
    Array.from({ length: 10 }, () => stage.cache.getOrSynthesize(KEY, fail, { signal })),
  );
  for (const attempt of attempts) assert.ok(attempt.status === 'rejected' && attempt.reason === failure);
  assert.deepEqual(await ask(stage), { seed: 1, cached: false });
});

test('who stays gets the speech and its cost, when the one who asked first leaves', async (context) => {
  const stage = createStage(context);
  const leaving = new AbortController();
  const { promise, resolve: finish } = Promise.withResolvers<Speech>();
  const synthesize = (): Promise<Speech> => promise;
  const left = stage.cache.getOrSynthesize(KEY, synthesize, { signal: leaving.signal });
  const stayed = stage.cache.getOrSynthesize(KEY, () => assert.fail('a second synthesis'), { signal });
  await waitFor(async () => (await stage.cache.statistics()).misses === 1);
  leaving.abort();
  await assert.rejects(left, { kind: 'cancelled' });
  finish(speechOf(1));
  const { speech, cached } = await stayed;
  assert.equal(cached, false);
  assert.equal(speech.costUsd, 0.25);
});

test('the synthesis is aborted when all have gone; what it still brings is kept', async (context) => {
  const stage = createStage(context);
  const leaving = new AbortController();
  let shared: AbortSignal | undefined;
  const { promise, resolve: finish } = Promise.withResolvers<Speech>();
  const synthesize = (given: AbortSignal): Promise<Speech> => {
    shared = given;
    return promise;
  };
  const calls = [1, 2].map(() => stage.cache.getOrSynthesize(KEY, synthesize, { signal: leaving.signal }));
  await waitFor(async () => shared !== undefined);
  leaving.abort();
  for (const call of await Promise.allSettled(calls)) assert.equal(call.status, 'rejected');
  assert.equal(shared?.aborted, true);
  finish(speechOf(7));
  await settle();
  assert.deepEqual(await ask(stage), { seed: 7, cached: true });
  await waitFor(async () => (await readdir(stage.folder).catch(() => [])).join() === `${KEY}.speech`);
});

test('disabled, nothing is kept, and calls at the same time still share', async (context) => {
  const stage = createStage(context);
  const cache = stage.open({ enabled: false });
  await Promise.all(Array.from({ length: 100 }, () => ask(stage, KEY, cache)));
  assert.equal(stage.syntheses, 1);
  assert.deepEqual(await ask(stage, KEY, cache), { seed: 2, cached: false });
  assert.equal(await cache.removeExpired(), 0);
  await assert.rejects(stat(stage.folder), { code: 'ENOENT' });
});

test('the size holds, and what was used least recently goes', async (context) => {
  const stage = createStage(context);
  const cache = stage.open({ maximumBytes: 26_000 });
  for (let index = 0; index < 20; index += 1) {
    stage.now += 3_600_000;
    await ask(stage, keyOf(`text ${index}`), cache);
    await ask(stage, keyOf('text 0'), cache);
    assert.ok((await cache.statistics()).bytes <= 26_000);
  }
  assert.equal((await ask(stage, keyOf('text 0'), cache)).cached, true);
  assert.equal((await ask(stage, keyOf('text 19'), cache)).cached, true);
  assert.equal((await ask(stage, keyOf('text 1'), cache)).cached, false);
});

test('clean-up leaves an entry alone while a call for it is under way', async (context) => {
  const stage = createStage(context);
  await ask(stage);
  stage.now += 8 * DAY_MILLISECONDS;
  const { promise, resolve: finish } = Promise.withResolvers<Speech>();
  const call = stage.cache.getOrSynthesize(KEY, () => promise, { signal });
  await waitFor(async () => (await stage.cache.statistics()).misses === 2);
  assert.equal(await stage.cache.removeExpired(), 0);
  finish(speechOf(9));
  await call;
  assert.equal(await stage.cache.removeExpired(), 0);
  assert.deepEqual(await ask(stage), { seed: 9, cached: true });
  stage.now += 8 * DAY_MILLISECONDS;
  assert.equal(await stage.cache.removeExpired(), 1);
});

test('random schedules of calls and clean-ups: a hit within seven days of the last use, and only then', async (context) => {
  const stage = createStage(context);
  const anyStep = fc.record({
    texts: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
    cleansAt: fc.option(fc.nat({ max: 4 })),
    pauseMilliseconds: fc.constantFrom(
      0,
      1,
      3_600_000,
      DAY_MILLISECONDS,
      7 * DAY_MILLISECONDS - 1,
      7 * DAY_MILLISECONDS,
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 10 }), async (steps) => {
      await rm(stage.folder, { recursive: true, force: true });
      const lastUsed = new Map<string, number>();
      for (const { texts, cleansAt, pauseMilliseconds } of steps) {
        stage.now += pauseMilliseconds + 1;
        const works = texts.map((text) => () => ask(stage, keyOf(text)));
        const made = stage.syntheses;
        const fresh = new Set(texts.filter((text) => !(stage.now - (lastUsed.get(text) ?? 0) <= 7 * DAY_MILLISECONDS)));
        const all: (() => Promise<unknown>)[] = [...works];
        if (cleansAt !== null) all.splice(cleansAt, 0, () => stage.cache.removeExpired());
        await Promise.all(all.map((work) => work()));
        assert.equal(stage.syntheses - made, fresh.size);
        for (const text of texts) lastUsed.set(text, stage.now);
      }
      await stage.cache.removeExpired();
      const alive = [...lastUsed].filter(([, at]) => stage.now - at <= 7 * DAY_MILLISECONDS);
      assert.deepEqual(
        new Set(await readdir(stage.folder).catch(() => [])),
        new Set(alive.map(([text]) => `${keyOf(text)}.speech`)),
      );
    }),
    { numRuns: 200 },
  );
});

test('a key that is none is refused', async (context) => {
  const stage = createStage(context);
  await assert.rejects(ask(stage, '../../etc/passwd' as SpeechKey), { kind: 'internal', message: /64 hexadecimal/ });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await settle();
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
