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
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { settle } from '../../test/fixtures/manual-time.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import type { Logger } from '../core/logger.ts';
import { createSpeechKey, type SpeechKey } from './cache/speech-key.ts';
import { createSpeechCache, type SpeechCache } from './speech-cache.ts';
import type { Speech } from './speech-provider.ts';

const { signal } = new AbortController();
const DAY_MILLISECONDS = 24 * 3_600_000;
const KEY = keyOf('one');

function keyOf(text: string): SpeechKey {
  const voice = { profile: 'default', style: 'neutral', seed: 1 } as const;
  return createSpeechKey({ text, provider: 'elevenlabs', voice, vendorVoiceId: 'v', model: 'm', language: 'en' });
}

/** Samples that tell which synthesis they came from, none of them a whole 16-bit step. */
function speechOf(seed: number, sampleCount = 2400): Speech {
  const samples = Float32Array.from({ length: sampleCount }, (_, index) => Math.sin((index + 1) * seed) / 2);
  return {
    pcm: { samples, sampleRateHz: 24_000 },
    alignment: {
      words: [{ text: 'one', start: 0, end: 3, startSeconds: 0.1, endSeconds: 0.3 }],
      phonemes: [{ phoneme: 'w', startSeconds: 0.1, endSeconds: 0.3, stressed: false }],
    },
    warnings: ['the style is not known here'],
    costUsd: 0.25,
    providerMetadata: { request: 'r1', attempts: seed },
  };
}

type Stage = {
  readonly folder: string;
  readonly cache: SpeechCache;
  readonly warnings: string[];
  /** Another cache, as another process would have it. */
  open(options?: { readonly enabled?: boolean; readonly maximumBytes?: number }): SpeechCache;
  entryPath(key: SpeechKey): string;
  syntheses: number;
  now: number;
};

function createStage(context: Pick<TestContext, 'after'>, folder?: string): Stage {
  const parent = folder ?? createScratchFolder('speech-cache');
  if (folder === undefined) context.after(() => rm(parent, { recursive: true, force: true }));
  const warnings: string[] = [];
  const warn = (fields: object, message: string): void => {
    warnings.push(`${message} ${'reason' in fields ? String(fields.reason) : ''}`.trim());
  };
  const log: Logger = { debug() {}, info() {}, warn, error: warn };
  const root = path.join(parent, 'cache');
  const open: Stage['open'] = ({ enabled = true, maximumBytes = 1e7 } = {}) =>
    createSpeechCache({ folder: root, enabled, maximumBytes, clock: { now: () => stage.now }, log });
  const stage: Stage = {
    folder: root,
    cache: open(),
    warnings,
    open,
    entryPath: (key) => path.join(root, `${key}.speech`),
    syntheses: 0,
    now: Date.UTC(2026, 0, 1),
  };
  return stage;
}

async function ask(stage: Stage, key = KEY, cache = stage.cache): Promise<{ seed: unknown; cached: boolean }> {
  const synthesize = async (): Promise<Speech> => {
    stage.syntheses += 1;
    return speechOf(stage.syntheses);
  };
  const { speech, cached } = await cache.getOrSynthesize(key, synthesize, { signal });
  assert.equal(speech.pcm.samples.length, 2400);
  return { seed: speech.providerMetadata['attempts'], cached };
}

test('a hit is the miss again to the last bit, costs nothing, and outlives the process', async (context) => {
  const stage = createStage(context);
  const miss = await stage.cache.getOrSynthesize(KEY, async () => speechOf(1), { signal });
  assert.equal(miss.cached, false);
  const fail = (): never => assert.fail('it was synthesised again');
  for (const cache of [stage.cache, stage.open()]) {
    const hit = await cache.getOrSynthesize(KEY, fail, { signal });
    assert.equal(hit.cached, true);
    const { pcm, ...rest } = hit.speech;
    const { pcm: expected, ...expectedRest } = miss.speech;
    assert.ok(Buffer.from(pcm.samples.buffer).equals(Buffer.from(expected.samples.buffer)));
    assert.equal(pcm.sampleRateHz, 24_000);
    assert.deepEqual(rest, { ...expectedRest, costUsd: 0 });
  }
  assert.equal(miss.speech.costUsd, 0.25);
  assert.ok(miss.speech.pcm.samples.every((sample) => Number.isInteger(sample * 32_768)));
  assert.deepEqual(await readdir(stage.folder), [`${KEY}.speech`]);
  assert.deepEqual(stage.warnings, []);
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

const DAMAGE: Readonly<Record<string, (file: string, stage: Stage) => Promise<unknown>>> = {
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
    assert.equal(cached, false);
    assert.equal(speech.pcm.samples.length, 100_000);
  }
  assert.equal(stage.warnings.length, 1);
  assert.deepEqual(await readdir(stage.folder), []);
  await ask(stage, keyOf('small'));
  assert.equal((await ask(stage, keyOf('small'))).cached, true);
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

async function changeByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 1;
  await writeFile(file, bytes);
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await settle();
}
