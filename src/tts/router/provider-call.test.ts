import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCircuitBreakers } from '../../core/circuit-breaker.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { createRetryBudget } from '../../core/retry.ts';
import { createSpendBreaker } from '../spend-breaker.ts';
import { callProvider } from './provider-call.ts';
import { utterance } from './router-bench.ts';
import { createScriptedProvider } from './scripted-provider.ts';

/** US dollars that one failed call of a paid fallback is counted with. */
async function countedUsd(kind: FailureKind): Promise<number> {
  const clock = { now: () => Date.UTC(2026, 0, 1) };
  const spend = createSpendBreaker({ clock, limits: { hourlyUsd: 100, hourlyUsdPerUser: 100 } });
  const pcm = { samples: new Float32Array(0), sampleRateHz: 24_000 };
  const speech = { pcm, warnings: [], costUsd: 0, providerMetadata: {} };
  const outcome = await callProvider(
    createScriptedProvider({ id: 'elevenlabs', acts: [kind], speech }),
    utterance(),
    {
      breakers: createCircuitBreakers({ clock, random: () => 1 }),
      retry: {
        budget: createRetryBudget({ clock }),
        backoff: { baseMilliseconds: 1, capMilliseconds: 1 },
        maximumAttempts: () => 1,
        longestRetryAfterSeconds: 0,
      },
      spend,
      check: () => {},
      random: () => 1,
      wait: async () => {},
      startDeadline: () => new AbortController().signal,
    },
    { signal: new AbortController().signal, isFallback: true, userId: 'ann' },
  );
  assert.ok('error' in outcome && outcome.error.kind === kind);
  return spend.spentUsd();
}

test('a paid fallback that refused has cost nothing; one that may have spoken counts as paid', async () => {
  for (const kind of ['auth', 'quota', 'rate_limited', 'invalid_input', 'unsupported'] as const) {
    assert.equal(await countedUsd(kind), 0, kind);
  }
  for (const kind of ['timeout', 'unavailable', 'protocol', 'bad_audio'] as const) {
    assert.equal(await countedUsd(kind), 0.1, kind);
  }
});
