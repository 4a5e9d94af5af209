import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { createCircuitBreakers, type CircuitBreakers } from '../core/circuit-breaker.ts';
import { AppError } from '../core/errors.ts';
import { FAILURE_POLICY, type FailureKind } from '../core/failure-policy.ts';
import type { Logger } from '../core/logger.ts';
import { createRetryBudget } from '../core/retry.ts';
import { checkSpeech } from './audio-check.ts';
import { createOfflineProvider } from './providers/offline.ts';
import { createScriptedProvider, type ScriptedAct, type ScriptedProvider } from './router/scripted-provider.ts';
import { createSpendBreaker, type SpendBreaker } from './spend-breaker.ts';
import type { Speech, SpeechProviderId, Utterance } from './speech-provider.ts';
import {
  createSpeechRouter,
  type RememberSpeech,
  type SpeakScriptOptions,
  type SpeechRouter,
} from './speech-router.ts';

const TEXT = 'Good morning.';
const KINDS = Object.keys(FAILURE_POLICY) as FailureKind[];
const MAXIMUM_ATTEMPTS = 3;
let real: Speech;

before(async () => {
  const offline = createOfflineProvider();
  real = await offline.synthesize(utterance(), { signal: AbortSignal.timeout(30_000) });
  await offline.close();
});

function utterance(changes: Partial<Utterance> = {}): Utterance {
  return { text: TEXT, language: 'en', voice: { profile: 'default', style: 'neutral', seed: 7 }, ...changes };
}

function script(length: number): Utterance[] {
  return Array.from({ length }, () => utterance());
}

type Bench = {
  readonly router: SpeechRouter;
  readonly breakers: CircuitBreakers;
  readonly spend: SpendBreaker;
  readonly records: Record<string, unknown>[];
  readonly waits: number[];
  readonly time: { now: number };
  speak(length: number, options?: Partial<SpeakScriptOptions>): ReturnType<SpeechRouter['speakScript']>;
};

function createBench(
  providers: readonly ScriptedProvider[],
  changes: {
    readonly breakers?: CircuitBreakers;
    readonly hourlyUsd?: number;
    readonly remember?: RememberSpeech;
    readonly concurrency?: number;
    readonly retries?: number;
  } = {},
): Bench {
  const time = { now: Date.UTC(2026, 0, 1) };
  const clock = { now: () => time.now };
  const records: Record<string, unknown>[] = [];
  const waits: number[] = [];
  const keep: Logger['info'] = (fields) => records.push({ ...fields });
  const breakers = changes.breakers ?? createCircuitBreakers({ clock, random: () => 1 });
  const { hourlyUsd = 100, retries = 1000 } = changes;
  const spend = createSpendBreaker({ clock, limits: { hourlyUsd, hourlyUsdPerUser: hourlyUsd } });
  const router = createSpeechRouter({
    providers,
    breakers,
    retry: {
      budget: createRetryBudget({ clock, limits: { retriesPerRequest: 0, floorPerSecond: 0, capacity: retries } }),
      backoff: { baseMilliseconds: 200, capMilliseconds: 2000 },
      maximumAttempts: MAXIMUM_ATTEMPTS,
      longestRetryAfterSeconds: 10,
    },
    spend: { breaker: spend, estimateUsd: (provider) => (provider.capabilities.paid ? 0.1 : 0) },
    check: checkSpeech,
    random: () => 0.5,
    wait: async (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
      time.now += milliseconds;
    },
    // Nothing else waits in these tests, so a call that has not ended after some turns never will.
    startDeadline: () => {
      const deadline = new AbortController();
      void turns(20).then(() => deadline.abort(new DOMException('late', 'TimeoutError')));
      return deadline.signal;
    },
    concurrency: changes.concurrency ?? 2,
    clock,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    ...(changes.remember ? { remember: changes.remember } : {}),
  });
  const defaults = { voicePolicy: 'same', isOfflineAllowed: false, userId: 'ann@example.com' } as const;
  return {
    router,
    breakers,
    spend,
    records,
    waits,
    time,
    speak: (length, options = {}) =>
      router.speakScript(script(length), { signal: new AbortController().signal, ...defaults, ...options }),
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

function provider(
  id: SpeechProviderId,
  acts: readonly ScriptedAct[],
  options: Partial<Parameters<typeof createScriptedProvider>[0]> = {},
): ScriptedProvider {
  return createScriptedProvider({ id, acts, speech: real, paid: id === 'elevenlabs', ...options });
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const [outcome] = await Promise.allSettled([work]);
  assert.equal(outcome.status, 'rejected');
  assert.ok(outcome.reason instanceof AppError, String(outcome.reason));
  return outcome.reason;
}

test('a healthy provider speaks it all, nobody else is asked, and one record tells so without a word of the text', async () => {
  const gpu = provider('vibevoice', ['speak']);
  const cloud = provider('elevenlabs', ['speak']);
  const bench = createBench([cloud, gpu]);
  const progress: number[] = [];
  const result = await bench.speak(4, {
    videoId: 'vid_1',
    traceId: 'trace',
    onProgress: (spoken, total) => progress.push(spoken / total),
  });
  assert.deepEqual(
    result.utterances.map(({ provider: id, attempts, fallbackUsed }) => ({ id, attempts, fallbackUsed })),
    Array.from({ length: 4 }, () => ({ id: 'vibevoice', attempts: 1, fallbackUsed: false })),
  );
  assert.equal(cloud.calls.length, 0);
  assert.deepEqual(progress, [0.25, 0.5, 0.75, 1]);
  const seconds = (4 * real.pcm.samples.length) / 24_000;
  assert.deepEqual(bench.records, [
    {
      provider: 'vibevoice',
      fallback_used: false,
      execution_ms: 0,
      audio_duration_s: Math.round(seconds * 1000) / 1000,
      video_id: 'vid_1',
      user_id: 'ann@example.com',
      status: 'success',
      timestamp: '2026-01-01T00:00:00.000Z',
      cached: false,
      attempts: 4,
      error_kind: null,
      cost_usd: 0,
      trace_id: 'trace',
    },
  ]);
});

test('a failure at the third utterance makes the fallback speak the first two again; mixed keeps them', async () => {
  for (const voicePolicy of ['same', 'mixed'] as const) {
    const gpu = provider('vibevoice', ['speak', 'speak', 'quota']);
    const cloud = provider('elevenlabs', ['speak'], { costUsd: 0.02 });
    const bench = createBench([gpu, cloud], { concurrency: 1 });
    const result = await bench.speak(4, { voicePolicy });
    const voices = result.utterances.map(({ speech }) => speech.providerMetadata['voice']);
    const kept = voicePolicy === 'mixed';
    assert.deepEqual(voices.slice(0, 2), kept ? ['vibevoice', 'vibevoice'] : ['elevenlabs', 'elevenlabs']);
    assert.deepEqual(voices.slice(2), ['elevenlabs', 'elevenlabs']);
    assert.deepEqual(
      result.utterances.map(({ attempts }) => attempts),
      kept ? [1, 1, 2, 1] : [2, 2, 2, 1],
    );
    assert.ok(Math.abs(result.costUsd - (kept ? 0.04 : 0.08)) < 1e-9);
    assert.equal(bench.records[0]?.['fallback_used'], true);
    assert.equal(bench.records[0]?.['provider'], kept ? 'vibevoice+elevenlabs' : 'elevenlabs');
  }
});

test('every failure kind is retried and fallen back from as the policy says', async () => {
  const attempts = { never: 1, once: 2, with_backoff: MAXIMUM_ATTEMPTS, after_retry_after: MAXIMUM_ATTEMPTS };
  for (const kind of KINDS.filter((one) => one !== 'cancelled')) {
    const gpu = provider('vibevoice', [kind], { retryAfterSeconds: 4 });
    const cloud = provider('elevenlabs', ['speak']);
    const bench = createBench([gpu, cloud]);
    const [outcome] = await Promise.allSettled([bench.speak(2)]);
    const { retrySame, fallBack } = FAILURE_POLICY[kind];
    assert.equal(gpu.calls.length, attempts[retrySame], kind);
    assert.equal(outcome.status, fallBack ? 'fulfilled' : 'rejected', kind);
    assert.equal(cloud.calls.length, fallBack ? 2 : 0, kind);
    if (retrySame === 'after_retry_after') assert.ok(bench.waits.every((wait) => wait >= 4000));
    if (outcome.status === 'rejected') assert.equal((outcome.reason as AppError).code, `scripted_${kind}`);
  }
});

test('bad audio is refused, asked for once more with another seed, and then from another voice', async () => {
  for (const act of ['silence', 'cut'] as const) {
    const gpu = provider('vibevoice', [act, 'speak', 'speak']);
    const result = await createBench([gpu]).speak(1);
    assert.equal(result.utterances[0]?.attempts, 2);
    assert.deepEqual(
      gpu.calls.map(({ voice }) => voice.seed),
      [7, 8],
    );
    const broken = provider('vibevoice', [act]);
    const cloud = provider('elevenlabs', ['speak']);
    assert.equal((await createBench([broken, cloud]).speak(1)).utterances[0]?.provider, 'elevenlabs');
    assert.equal(broken.calls.length, 2);
  }
});

test('a provider that hangs and ignores its signal is left at its deadline; a crash in an adapter is no outage', async () => {
  const gpu = provider('vibevoice', ['hang']);
  const result = await createBench([gpu, provider('elevenlabs', ['speak'])]).speak(2);
  assert.equal(result.utterances[1]?.provider, 'elevenlabs');
  assert.equal(gpu.calls.length, MAXIMUM_ATTEMPTS);
  const cloud = provider('elevenlabs', ['speak']);
  const error = await failureOf(createBench([provider('vibevoice', ['crash']), cloud]).speak(2));
  assert.equal(error.kind, 'internal');
  assert.equal(cloud.calls.length, 0);
});

test('a provider that says cancelled although nobody cancelled is fallen back from', async () => {
  const result = await createBench([provider('vibevoice', ['cancelled']), provider('elevenlabs', ['speak'])]).speak(1);
  assert.equal(result.utterances[0]?.provider, 'elevenlabs');
});

test('a long Retry-After is not waited for', async () => {
  const gpu = provider('vibevoice', ['rate_limited'], { retryAfterSeconds: 60 });
  const bench = createBench([gpu, provider('elevenlabs', ['speak'])]);
  await bench.speak(1);
  assert.equal(gpu.calls.length, 1);
  assert.deepEqual(bench.waits, []);
});

test('when all fail, the kind is that of the first that could have spoken, and the message tells of each', async () => {
  const gpu = provider('vibevoice', ['timeout'], { retryAfterSeconds: 9 });
  const cloud = provider('elevenlabs', ['unsupported']);
  const bench = createBench([gpu, cloud]);
  const error = await failureOf(bench.speak(3));
  assert.equal(error.kind, 'timeout');
  assert.equal(error.code, 'speech_failed');
  assert.match(error.message, /vibevoice timeout \(scripted_timeout, 3 attempts\), elevenlabs unsupported/);
  assert.equal(error.retryAfterSeconds, 9);
  assert.ok(error.cause instanceof AggregateError && error.cause.errors.length === 2);
  assert.equal(bench.records[0]?.['status'], 'failed');
  assert.equal(bench.records[0]?.['error_kind'], 'timeout');
  assert.equal((await failureOf(createBench([]).speak(1))).code, 'no_speech_provider');
  const refused = await failureOf(createBench([provider('vibevoice', ['unsupported'])]).speak(1));
  assert.equal(refused.code, 'scripted_unsupported');
});

test('an open breaker keeps calls away and the cause known, also after a restart; offline speaks when it may', async () => {
  const bench = createBench([provider('vibevoice', ['auth'])]);
  await failureOf(bench.speak(1));
  const clock = { now: () => bench.time.now };
  const breakers = createCircuitBreakers({ clock, random: () => 1, restored: bench.breakers.snapshot() });
  const gpu = provider('vibevoice', ['speak']);
  const paused = await failureOf(createBench([gpu], { breakers }).speak(1));
  assert.equal(paused.code, 'speech_provider_paused');
  assert.equal(paused.kind, 'auth');
  const offline = provider('offline', ['speak']);
  const result = await createBench([gpu, offline], { breakers }).speak(2, { isOfflineAllowed: true });
  assert.equal(result.utterances[0]?.provider, 'offline');
  assert.equal(gpu.calls.length, 0);
});

test('an outage of the free voice costs no more than the cap, and a paid voice that was wanted is not capped', async () => {
  const gpu = provider('vibevoice', ['unavailable']);
  const cloud = provider('elevenlabs', ['speak'], { costUsd: 0.1 });
  const bench = createBench([gpu, cloud], { hourlyUsd: 0.5 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => bench.speak(2)));
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as AppError] : []));
  assert.ok(cloud.calls.length <= 5, `${cloud.calls.length} paid calls`);
  assert.ok(refused.length >= 7 && refused.every(({ kind }) => kind === 'unavailable'));
  assert.match(refused[0]!.message, /elevenlabs quota \(fallback_spend_limit/);
  const wanted = createBench([cloud], { hourlyUsd: 0 });
  assert.equal((await wanted.speak(2)).utterances.length, 2);
});

test('without a retry left in the budget a failure is fallen back from at once', async () => {
  const gpu = provider('vibevoice', ['timeout']);
  const bench = createBench([gpu, provider('elevenlabs', ['speak'])], { retries: 0 });
  assert.equal((await bench.speak(1)).utterances[0]?.provider, 'elevenlabs');
  assert.equal(gpu.calls.length, 1);
});

test('a cancelled script makes no further call, and a job past its deadline is late, not cancelled', async () => {
  for (const name of ['AbortError', 'TimeoutError'] as const) {
    const stop = new AbortController();
    let calls = 0;
    const onCall = (): void => {
      calls += 1;
      if (calls === 3) stop.abort(new DOMException('stop', name));
    };
    const gpu = provider('vibevoice', ['speak'], { onCall });
    const cloud = provider('elevenlabs', ['speak']);
    const bench = createBench([gpu, cloud]);
    const error = await failureOf(bench.speak(8, { signal: stop.signal }));
    assert.equal(error.kind, name === 'AbortError' ? 'cancelled' : 'timeout');
    assert.equal(bench.records[0]?.['status'], name === 'AbortError' ? 'cancelled' : 'failed');
    assert.equal(gpu.calls.length, 3);
    assert.equal(cloud.calls.length, 0);
    assert.equal(bench.breakers.status('vibevoice').phase, 'closed');
  }
});

test('kept speech needs no call, not even of a provider that is down', async () => {
  const gpu = provider('vibevoice', ['auth']);
  const kept: RememberSpeech = async () => ({ speech: real, cached: true });
  const bench = createBench([gpu], { remember: kept });
  const result = await bench.speak(3);
  assert.ok(result.utterances.every(({ cached, attempts }) => cached && attempts === 0));
  assert.equal(bench.records[0]?.['cached'], true);
  assert.equal(gpu.calls.length, 0);
});

test('texts without a word are refused before anyone is asked', async () => {
  const gpu = provider('vibevoice', ['speak']);
  const { router } = createBench([gpu]);
  const options = {
    signal: new AbortController().signal,
    voicePolicy: 'same',
    isOfflineAllowed: false,
    userId: 'ann',
  } as const;
  for (const utterances of [[], [utterance(), utterance({ text: '… !' })]]) {
    assert.equal((await failureOf(router.speakScript(utterances, options))).code, 'text_empty');
  }
  assert.equal(gpu.calls.length, 0);
});

test('whatever fails whenever: a whole script in one voice or the true cause, and no call that is not allowed', async () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.constant<ScriptedAct>('speak') },
    { weight: 4, arbitrary: fc.constantFrom<ScriptedAct>(...KINDS, 'silence', 'crash', 'hang') },
  );
  const acts = fc.array(act, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        gpu: acts,
        cloud: acts,
        offline: acts,
        length: fc.integer({ min: 1, max: 5 }),
        concurrency: fc.integer({ min: 1, max: 3 }),
        voicePolicy: fc.constantFrom('same' as const, 'mixed' as const),
        isOfflineAllowed: fc.boolean(),
        scripts: fc.integer({ min: 1, max: 3 }),
      }),
      async (plan) => {
        const watch: { bench?: Bench } = {};
        const violations: string[] = [];
        const onCall = (id: SpeechProviderId) => (): void => {
          if (watch.bench?.breakers.status(id).phase === 'open') violations.push(`${id} was called while open`);
        };
        const all = [
          provider('vibevoice', plan.gpu, { onCall: onCall('vibevoice') }),
          provider('elevenlabs', plan.cloud, { onCall: onCall('elevenlabs'), costUsd: 0.01 }),
          provider('offline', plan.offline, { onCall: onCall('offline') }),
        ];
        const bench = createBench(all, { concurrency: plan.concurrency });
        watch.bench = bench;
        for (let turn = 0; turn < plan.scripts; turn += 1) {
          const before = all.map(({ calls }) => calls.length);
          const [outcome] = await Promise.allSettled([bench.speak(plan.length, plan)]);
          const calls = all.map((one, index) => one.calls.length - before[index]!);
          assert.ok(calls.every((count) => count <= plan.length * MAXIMUM_ATTEMPTS));
          if (!plan.isOfflineAllowed) assert.equal(calls[2], 0);
          assert.deepEqual(violations, []);
          assert.equal(bench.records.length, turn + 1);
          assert.equal(bench.records[turn]?.['attempts'], calls[0]! + calls[1]! + calls[2]!);
          if (outcome.status === 'fulfilled') {
            const { utterances } = outcome.value;
            assert.equal(utterances.length, plan.length);
            for (const { speech, provider: id } of utterances) {
              assert.equal(speech.providerMetadata['voice'], id);
              assert.ok(speech.pcm.samples === real.pcm.samples, 'no part and nothing bad is ever returned');
            }
            const voices = new Set(utterances.map((one) => one.provider));
            if (plan.voicePolicy === 'same') assert.equal(voices.size, 1);
            continue;
          }
          const error = outcome.reason as AppError;
          assert.ok(error instanceof AppError, String(outcome.reason));
          assert.notEqual(error.kind, 'cancelled', 'nobody cancelled');
          if (FAILURE_POLICY[error.kind].fallBack) {
            const asked = plan.isOfflineAllowed ? 3 : 2;
            const told = ['vibevoice', 'elevenlabs', 'offline'].filter((id) => error.message.includes(`${id} `));
            assert.equal(told.length, asked, error.message);
          } else if (plan.voicePolicy === 'same') {
            const last = calls.findLastIndex((count) => count > 0);
            const acted = [plan.gpu, plan.cloud, plan.offline][last]!;
            const done = Array.from(
              { length: calls[last]! },
              (_, index) => acted[Math.min(before[last]! + index, acted.length - 1)],
            );
            const raised = done.map((one) => (one === 'crash' ? 'internal' : one));
            assert.ok(raised.includes(error.kind), `${error.kind} is not among ${raised.join()}`);
          }
        }
      },
    ),
    { numRuns: 120 },
  );
});
