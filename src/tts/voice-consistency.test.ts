import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { FAILURE_POLICY, type FailureKind } from '../core/failure-policy.ts';
import { createOfflineProvider } from './providers/offline.ts';
import { createRouterBench, MAXIMUM_ATTEMPTS, utterance, type RouterBench } from './router/router-bench.ts';
import { createScriptedProvider, type ScriptedAct, type ScriptedProvider } from './router/scripted-provider.ts';
import type { Speech, SpeechProviderId } from './speech-provider.ts';

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
        const watch: { bench?: RouterBench } = {};
        const violations: string[] = [];
        const onCall = (id: SpeechProviderId) => (): void => {
          if (watch.bench?.breakers.status(id).phase === 'open') violations.push(`${id} was called while open`);
        };
        const all = [
          provider('vibevoice', plan.gpu, { onCall: onCall('vibevoice') }),
          provider('elevenlabs', plan.cloud, { onCall: onCall('elevenlabs'), costUsd: 0.01 }),
          provider('offline', plan.offline, { onCall: onCall('offline') }),
        ];
        const bench = createRouterBench(all, { concurrency: plan.concurrency });
        watch.bench = bench;
        for (let turn = 0; turn < plan.scripts; turn += 1) {
          const before = all.map(({ calls }) => calls.length);
          const [outcome] = await Promise.allSettled([bench.speak(plan.length, plan)]);
          const calls = all.map((one, index) => one.calls.length - before[index]!);
          assert.ok(calls.every((count) => count <= plan.length * MAXIMUM_ATTEMPTS));
          if (!plan.isOfflineAllowed) assert.equal(calls[2], 0);
          assert.deepEqual(violations, []);
          assert.equal(bench.operations.length, turn + 1);
          assert.equal(bench.operations[turn]?.['attempts'], calls[0]! + calls[1]! + calls[2]!);
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
