import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import { AppError } from '../core/errors.ts';
import { FAILURE_POLICY, type FailureKind } from '../core/failure-policy.ts';
import { createOfflineProvider } from './providers/offline.ts';
import { createRouterBench, MAXIMUM_ATTEMPTS, utterance } from './router/router-bench.ts';
import { createScriptedProvider, type ScriptedAct, type ScriptedProvider } from './router/scripted-provider.ts';
import type { Speech, SpeechProviderId } from './speech-provider.ts';
import type { PaySpeech, RememberSpeech } from './speech-router.ts';

const KINDS = Object.keys(FAILURE_POLICY) as FailureKind[];
let real: Speech;

before(async () => {
  const offline = createOfflineProvider();
  real = await offline.synthesize(utterance(), { signal: AbortSignal.timeout(30_000) });
  await offline.close();
});

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
  const bench = createRouterBench([cloud, gpu]);
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
  assert.deepEqual(bench.operations, [
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
      language: 'en',
      characters: 52,
      saved_usd: 0,
      fallback_cost_usd: 0,
      outcomes: [{ provider: 'vibevoice', attempts: 4, errorKind: null, executionMilliseconds: 0 }],
    },
  ]);
});

test('a failure at the third utterance makes the fallback speak the first two again; mixed keeps them', async () => {
  for (const voicePolicy of ['same', 'mixed'] as const) {
    const gpu = provider('vibevoice', ['speak', 'speak', 'quota']);
    const cloud = provider('elevenlabs', ['speak'], { costUsd: 0.02 });
    const bench = createRouterBench([gpu, cloud], { concurrency: 1 });
    const progress: number[] = [];
    const result = await bench.speak(4, { voicePolicy, onProgress: (spoken) => progress.push(spoken) });
    assert.deepEqual(progress, [1, 2, 3, 4], 'progress never goes back');
    const voices = result.utterances.map(({ speech }) => speech.providerMetadata['voice']);
    const kept = voicePolicy === 'mixed';
    assert.deepEqual(voices.slice(0, 2), kept ? ['vibevoice', 'vibevoice'] : ['elevenlabs', 'elevenlabs']);
    assert.deepEqual(voices.slice(2), ['elevenlabs', 'elevenlabs']);
    assert.deepEqual(
      result.utterances.map(({ attempts }) => attempts),
      kept ? [1, 1, 2, 1] : [2, 2, 2, 1],
    );
    assert.ok(Math.abs(result.costUsd - (kept ? 0.04 : 0.08)) < 1e-9);
    assert.equal(bench.operations[0]?.fallback_used, true);
    assert.equal(bench.operations[0]?.provider, kept ? 'vibevoice+elevenlabs' : 'elevenlabs');
  }
});

test('every failure kind is retried and fallen back from as the policy says', async () => {
  const attempts = { never: 1, once: 2, with_backoff: MAXIMUM_ATTEMPTS, after_retry_after: MAXIMUM_ATTEMPTS };
  for (const kind of KINDS.filter((one) => one !== 'cancelled')) {
    const gpu = provider('vibevoice', [kind], { retryAfterSeconds: 4 });
    const cloud = provider('elevenlabs', ['speak']);
    const bench = createRouterBench([gpu, cloud]);
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
    const result = await createRouterBench([gpu]).speak(1);
    assert.equal(result.utterances[0]?.attempts, 2);
    assert.deepEqual(
      gpu.calls.map(({ voice }) => voice.seed),
      [7, 8],
    );
    const broken = provider('vibevoice', [act]);
    const cloud = provider('elevenlabs', ['speak']);
    assert.equal((await createRouterBench([broken, cloud]).speak(1)).utterances[0]?.provider, 'elevenlabs');
    assert.equal(broken.calls.length, 2);
  }
});

test('a provider that hangs and ignores its signal is left at its deadline; a crash in an adapter is no outage', async () => {
  const gpu = provider('vibevoice', ['hang']);
  const result = await createRouterBench([gpu, provider('elevenlabs', ['speak'])]).speak(2);
  assert.equal(result.utterances[1]?.provider, 'elevenlabs');
  assert.equal(gpu.calls.length, MAXIMUM_ATTEMPTS);
  const cloud = provider('elevenlabs', ['speak']);
  const error = await failureOf(createRouterBench([provider('vibevoice', ['crash']), cloud]).speak(2));
  assert.equal(error.kind, 'internal');
  assert.equal(cloud.calls.length, 0);
});

test('a provider that says cancelled although nobody cancelled is fallen back from', async () => {
  const result = await createRouterBench([
    provider('vibevoice', ['cancelled']),
    provider('elevenlabs', ['speak']),
  ]).speak(1);
  assert.equal(result.utterances[0]?.provider, 'elevenlabs');
});

test('a long Retry-After is not waited for', async () => {
  const gpu = provider('vibevoice', ['rate_limited'], { retryAfterSeconds: 60 });
  const bench = createRouterBench([gpu, provider('elevenlabs', ['speak'])]);
  await bench.speak(1);
  assert.equal(gpu.calls.length, 1);
  assert.deepEqual(bench.waits, []);
});

test('when all fail, the kind is that of the first that could have spoken, and the message tells of each', async () => {
  const gpu = provider('vibevoice', ['timeout'], { retryAfterSeconds: 9 });
  const cloud = provider('elevenlabs', ['unsupported']);
  const bench = createRouterBench([gpu, cloud]);
  const error = await failureOf(bench.speak(3));
  assert.equal(error.kind, 'timeout');
  assert.equal(error.code, 'speech_failed');
  assert.match(error.message, /vibevoice timeout \(scripted_timeout, 3 attempts\), elevenlabs unsupported/);
  assert.equal(error.retryAfterSeconds, 9);
  assert.ok(error.cause instanceof AggregateError && error.cause.errors.length === 2);
  assert.equal(bench.operations[0]?.['status'], 'failed');
  assert.equal(bench.operations[0]?.['error_kind'], 'timeout');
  assert.equal(bench.operations[0]?.provider, 'vibevoice', 'the log names whose failure it tells');
  const order = [provider('vibevoice', ['unsupported']), provider('elevenlabs', ['timeout'])];
  assert.equal((await failureOf(createRouterBench(order).speak(1))).kind, 'timeout');
  assert.equal((await failureOf(createRouterBench([]).speak(1))).code, 'no_speech_provider');
  const refused = await failureOf(createRouterBench([provider('vibevoice', ['unsupported'])]).speak(1));
  assert.equal(refused.code, 'scripted_unsupported');
});

test('an open breaker keeps calls away and the cause known, also after a restart; offline speaks when it may', async () => {
  const bench = createRouterBench([provider('vibevoice', ['auth'])]);
  await failureOf(bench.speak(1));
  const clock = { now: () => bench.time.now };
  const breakers = createCircuitBreakers({ clock, random: () => 1, restored: bench.breakers.snapshot() });
  const gpu = provider('vibevoice', ['speak']);
  const paused = await failureOf(createRouterBench([gpu], { breakers }).speak(1));
  assert.equal(paused.code, 'speech_provider_paused');
  assert.equal(paused.kind, 'auth');
  const offline = provider('offline', ['speak']);
  const result = await createRouterBench([gpu, offline], { breakers }).speak(2, { isOfflineAllowed: true });
  assert.equal(result.utterances[0]?.provider, 'offline');
  assert.equal(gpu.calls.length, 0);
});

test('an outage of the free voice costs no more than the cap, and a paid voice that was wanted is not capped', async () => {
  const gpu = provider('vibevoice', ['unavailable']);
  const cloud = provider('elevenlabs', ['speak'], { costUsd: 0.1 });
  const bench = createRouterBench([gpu, cloud], { hourlyUsd: 0.7 });
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => bench.speak(3)));
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as AppError] : []));
  assert.ok(refused.every(({ kind }) => kind === 'unavailable'));
  // The cap pays for seven utterances, so for two scripts: a third is not begun, and nothing is paid for half a script.
  assert.deepEqual([refused.length, cloud.calls.length], [8, 6]);
  assert.match(refused[0]!.message, /elevenlabs quota \(fallback_spend_limit/);
  const wanted = createRouterBench([cloud], { hourlyUsd: 0 });
  assert.equal((await wanted.speak(2)).utterances.length, 2);
});

test('what stood in and what the cache saved is told as it was paid', async () => {
  const gpu = provider('vibevoice', ['speak', 'unavailable']);
  const cloud = provider('elevenlabs', ['speak', 'silence', 'speak'], { costUsd: 0.02 });
  const kept = new Map<string, Speech>();
  const paid: { usd: number; isFallback: boolean }[] = [];
  const bench = createRouterBench([gpu, cloud], {
    concurrency: 1,
    async remember({ id }, { text }, synthesize, { signal }) {
      const speech = kept.get(`${id} ${text}`);
      if (speech !== undefined) return { speech: { ...speech, costUsd: 0 }, cached: true };
      return { speech: await synthesize(signal), cached: false };
    },
  });
  const pay: PaySpeech = async (_provider, _asked, synthesize, { isFallback }) => {
    const speech = await synthesize();
    paid.push({ usd: speech.costUsd, isFallback });
    return speech;
  };
  const first = await bench.speak(2, { pay });
  assert.deepEqual([first.provider, first.savedUsd], ['elevenlabs', 0]);
  kept.set(`elevenlabs ${utterance().text}`, first.utterances[0]!.speech);
  const second = await bench.speak(2, { pay });
  assert.deepEqual([second.provider, second.cached, second.costUsd, second.savedUsd], ['elevenlabs', true, 0, 0.2]);
  const [spoken, cached] = bench.operations;
  const byFallback = paid.filter(({ isFallback }) => isFallback).reduce((sum, { usd }) => sum + usd, 0);
  assert.equal(spoken?.fallback_cost_usd, byFallback);
  assert.equal(paid.length, 3, 'what was of no use was paid, too');
  assert.ok(byFallback > 0);
  assert.deepEqual([spoken.saved_usd, cached?.saved_usd, cached?.fallback_cost_usd], [0, 0.2, 0]);
  const wanted = createRouterBench([cloud]);
  await wanted.speak(1);
  assert.deepEqual(
    wanted.operations.map(({ cost_usd, fallback_cost_usd }) => [cost_usd, fallback_cost_usd]),
    [[0.02, 0]],
    'who was wanted stands in for nobody',
  );
});

test('a voice that is over the budget is left for the next, is not asked again and is not taken for broken', async () => {
  const cloud = provider('elevenlabs', ['over_budget']);
  const bench = createRouterBench([cloud, provider('offline', ['speak'])]);
  for (let count = 0; count < 6; count += 1) {
    const spoken = await bench.speak(1, { wish: 'elevenlabs', isOfflineAllowed: true });
    assert.equal(spoken.provider, 'offline');
  }
  assert.deepEqual([cloud.calls.length, bench.breakers.status('elevenlabs').phase], [6, 'closed']);
});

test('without a retry left in the budget a failure is fallen back from at once', async () => {
  const gpu = provider('vibevoice', ['timeout']);
  const bench = createRouterBench([gpu, provider('elevenlabs', ['speak'])], { retries: 0 });
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
    const bench = createRouterBench([gpu, cloud]);
    const error = await failureOf(bench.speak(8, { signal: stop.signal }));
    assert.equal(error.kind, name === 'AbortError' ? 'cancelled' : 'timeout');
    assert.equal(bench.operations[0]?.['status'], name === 'AbortError' ? 'cancelled' : 'failed');
    assert.equal(gpu.calls.length, 3);
    assert.equal(cloud.calls.length, 0);
    assert.equal(bench.breakers.status('vibevoice').phase, 'closed');
  }
});

test('kept speech needs no call, not even of a provider that is down', async () => {
  const gpu = provider('vibevoice', ['auth']);
  const kept: RememberSpeech = async () => ({ speech: real, cached: true });
  const bench = createRouterBench([gpu], { remember: kept });
  const result = await bench.speak(3);
  assert.ok(result.utterances.every(({ cached, attempts }) => cached && attempts === 0));
  assert.equal(bench.operations[0]?.['cached'], true);
  assert.equal(gpu.calls.length, 0);
});

test('texts without a word are refused before anyone is asked', async () => {
  const gpu = provider('vibevoice', ['speak']);
  const { router } = createRouterBench([gpu]);
  const options = {
    signal: new AbortController().signal,
    voicePolicy: 'same',
    isOfflineAllowed: false,
    userId: 'ann',
    onOperation: async () => {},
  } as const;
  for (const utterances of [[], [utterance(), utterance({ text: '… !' })]]) {
    assert.equal((await failureOf(router.speakScript(utterances, options))).code, 'text_empty');
  }
  assert.equal(gpu.calls.length, 0);
});

test('a breaker that opens between two attempts does not hide why, and one that was open closes after a success', async () => {
  const gpu = provider('vibevoice', [...Array.from({ length: 5 }, () => 'timeout' as const), 'speak']);
  const bench = createRouterBench([gpu]);
  assert.equal((await failureOf(bench.speak(1))).code, 'scripted_timeout');
  assert.equal((await failureOf(bench.speak(1))).code, 'scripted_timeout');
  assert.equal(gpu.calls.length, 5);
  assert.equal(bench.breakers.status('vibevoice').phase, 'open');
  bench.time.now += 60_000;
  await bench.speak(1);
  assert.equal(bench.breakers.status('vibevoice').phase, 'closed');
});

test('a fallback that the spending cap forbids does not use up the probe of its breaker', async () => {
  const cloud = provider('elevenlabs', ['quota', 'speak']);
  const bench = createRouterBench([provider('vibevoice', ['unsupported']), cloud], { hourlyUsd: 0 });
  await failureOf(bench.speak(1, { wish: 'elevenlabs' }));
  bench.time.now += 60_000;
  assert.match((await failureOf(bench.speak(1))).message, /fallback_spend_limit/);
  const result = await bench.speak(1, { wish: 'elevenlabs' });
  assert.equal(result.utterances[0]?.provider, 'elevenlabs');
});

test('one voice for a script in two languages is one that speaks both', async () => {
  const gpu = provider('vibevoice', ['speak'], { languages: ['en', 'zh'] });
  const { router } = createRouterBench([gpu, provider('elevenlabs', ['speak'])]);
  const result = await router.speakScript([utterance(), utterance({ language: 'fr' })], {
    signal: new AbortController().signal,
    voicePolicy: 'same',
    isOfflineAllowed: false,
    userId: 'ann',
    onOperation: async () => {},
  });
  assert.deepEqual(
    result.utterances.map(({ provider: id, fallbackUsed }) => ({ id, fallbackUsed })),
    [
      { id: 'elevenlabs', fallbackUsed: false },
      { id: 'elevenlabs', fallbackUsed: false },
    ],
  );
  assert.equal(gpu.calls.length, 0);
});

test('a script that becomes too long ends at once: nothing more is asked for, and nobody stands in', async () => {
  const seconds = real.pcm.samples.length / 24_000;
  for (const voicePolicy of ['same', 'mixed'] as const) {
    const gpu = provider('vibevoice', ['speak']);
    const cloud = provider('elevenlabs', ['speak']);
    const bench = createRouterBench([gpu, cloud], { concurrency: 1 });
    const just = await bench.speak(3, { voicePolicy, longestSeconds: 3 * seconds });
    assert.equal(just.utterances.length, 3);
    const error = await failureOf(bench.speak(10, { voicePolicy, longestSeconds: 3.5 * seconds }));
    assert.deepEqual([error.code, error.kind], ['speech_too_long', 'invalid_input']);
    assert.deepEqual([gpu.calls.length, cloud.calls.length], [3 + 4, 0]);
  }
});

test('with one voice for all, only the voice that speaks now is measured', async () => {
  const seconds = real.pcm.samples.length / 24_000;
  const gpu = provider('vibevoice', ['speak', 'speak', 'quota']);
  const bench = createRouterBench([gpu, provider('elevenlabs', ['speak'])], { concurrency: 1 });
  const { utterances } = await bench.speak(3, { longestSeconds: 3.2 * seconds });
  assert.deepEqual(
    utterances.map(({ provider: id }) => id),
    ['elevenlabs', 'elevenlabs', 'elevenlabs'],
  );
});

test('sound on its way is told with its utterance, voice and attempt', async () => {
  const voice = provider('vibevoice', ['silence', 'speak'], { speech: real });
  const streaming: ScriptedProvider = {
    ...voice,
    calls: voice.calls,
    async synthesize(asked, options) {
      const speech = await voice.synthesize(asked, options);
      options.onPcm?.(speech.pcm);
      return speech;
    },
  };
  const bench = createRouterBench([streaming], { concurrency: 1 });
  const heard: unknown[] = [];
  await bench.speak(2, {
    onSound: ({ utteranceIndex, provider: id, attempt }) => heard.push([utteranceIndex, id, attempt]),
  });
  assert.deepEqual(heard, [
    [0, 'vibevoice', 1],
    [0, 'vibevoice', 2],
    [1, 'vibevoice', 1],
  ]);
});
