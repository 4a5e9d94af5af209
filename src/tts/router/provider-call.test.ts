import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCircuitBreakers } from '../../core/circuit-breaker.ts';
import { AppError } from '../../core/errors.ts';
import { createRetryBudget } from '../../core/retry.ts';
import { createSpendBreaker, type SpendBreaker } from '../spend-breaker.ts';
import type { SpeechProvider } from '../speech-provider.ts';
import { callProvider, type CallGuards } from './provider-call.ts';
import { utterance } from './router-bench.ts';
import { createScriptedProvider, type ScriptedAct } from './scripted-provider.ts';

const clock = { now: () => Date.UTC(2026, 0, 1) };

function createGuards(maximumAttempts: number): CallGuards & { readonly spend: SpendBreaker } {
  return {
    breakers: createCircuitBreakers({ clock, random: () => 1 }),
    retry: {
      budget: createRetryBudget({ clock }),
      backoff: { baseMilliseconds: 1, capMilliseconds: 1 },
      maximumAttempts: () => maximumAttempts,
      longestRetryAfterSeconds: 0,
    },
    spend: createSpendBreaker({ clock, limits: { hourlyUsd: 100, hourlyUsdPerUser: 100 } }),
    check: () => {},
    random: () => 1,
    wait: async () => {},
    startDeadline: () => new AbortController().signal,
  };
}

function providerOf(acts: readonly ScriptedAct[]): SpeechProvider {
  const pcm = { samples: new Float32Array(0), sampleRateHz: 24_000 };
  const speech = { pcm, warnings: [], costUsd: 0, providerMetadata: {} };
  return createScriptedProvider({ id: 'elevenlabs', acts, speech });
}

/** One utterance, as a fallback, by a provider that fails at it. */
async function failAt(provider: SpeechProvider, guards: ReturnType<typeof createGuards>) {
  const { signal } = new AbortController();
  const { spend } = guards;
  const outcome = await callProvider(provider, utterance(), guards, { signal, spend, userId: 'ann' });
  assert.ok('error' in outcome);
  return { ...outcome, kind: outcome.error.kind };
}

test('a paid fallback that refused has cost nothing; one that may have spoken counts as paid', async () => {
  const countedUsd = async (kind: ScriptedAct): Promise<number> => {
    const guards = createGuards(1);
    assert.equal((await failAt(providerOf([kind]), guards)).kind, kind);
    return guards.spend.spentUsd();
  };
  for (const kind of ['auth', 'quota', 'rate_limited', 'invalid_input', 'unsupported'] as const) {
    assert.equal(await countedUsd(kind), 0, kind);
  }
  for (const kind of ['timeout', 'unavailable', 'protocol', 'bad_audio'] as const) {
    assert.equal(await countedUsd(kind), 0.1, kind);
  }
});

test('a server that turns the retry away, since it is busy with the call that failed, does not hide why that failed', async () => {
  const kindOf = async (acts: readonly ScriptedAct[]) => (await failAt(providerOf(acts), createGuards(3))).kind;
  assert.equal(await kindOf(['timeout', 'rate_limited', 'rate_limited']), 'timeout');
  assert.equal(await kindOf(['timeout', 'rate_limited', 'unavailable']), 'unavailable');
  assert.equal(await kindOf(['rate_limited']), 'rate_limited');
});

test('a fleet that has no server for a call is not asked again, and leaves the provider to those that are well', async () => {
  const guards = createGuards(3);
  let calls = 0;
  const fleet: SpeechProvider = {
    ...providerOf(['speak']),
    async synthesize() {
      calls += 1;
      throw new AppError({ code: 'gpu_servers_unavailable', kind: 'timeout', message: 'None is free.' });
    },
  };
  for (let utterance = 1; utterance <= 20; utterance += 1) {
    const { attempts, kind } = await failAt(fleet, guards);
    assert.deepEqual([attempts, kind, calls], [0, 'timeout', utterance]);
  }
  assert.equal(guards.breakers.status('elevenlabs').phase, 'closed');
});

test('that a provider was busy before does not hide why its servers were taken out', async () => {
  const acts = [
    new AppError({ code: 'busy', kind: 'rate_limited', message: 'It speaks for someone else.' }),
    new AppError({ code: 'gpu_servers_unavailable', kind: 'timeout', message: 'None is free.' }),
  ];
  const fleet: SpeechProvider = { ...providerOf(['speak']), synthesize: () => Promise.reject(acts.shift()) };
  const { attempts, kind } = await failAt(fleet, createGuards(3));
  assert.deepEqual([attempts, kind], [1, 'timeout']);
});
