import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { JobRunFixture } from '../../test/fixtures/job-run.ts';
import { ACCOUNT } from '../../test/fixtures/s3-store.ts';
import { systemClock } from '../core/clock.ts';
import type { StepContext } from '../jobs/workflow.ts';
import { createHttpClient } from '../net/http-client.ts';
import { startElevenLabsSimulator } from '../simulators/elevenlabs.ts';
import { startS3Simulator, type S3Simulator } from '../simulators/s3.ts';
import type { S3Fault } from '../simulators/s3-faults.ts';
import { openS3Store, type S3Store } from '../storage/stores/s3.ts';
import { createElevenLabsProvider } from '../tts/providers/elevenlabs.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';
import { createPaySpeech } from './paid-speech.ts';

const ASKED = { text: 'Hello.', language: 'en', voice: { profile: 'default', style: 'neutral', seed: 1 } } as const;
const LIMITS = { connectSeconds: 5, headersSeconds: 5, bodyGapSeconds: 5, totalSeconds: 5, responseBytes: 1e7 };

describe('paid speech, with a simulated vendor, a bucket and a journal on disk', () => {
  const fixture = new JobRunFixture();
  const http = createHttpClient(LIMITS);
  const closing = new AsyncDisposableStack();
  let provider: SpeechProvider;
  let s3: S3Simulator;
  let objects: S3Store;

  before(async () => {
    const samples = Float32Array.from({ length: 24_000 }, (_, index) => 0.3 * Math.sin(index / 10));
    const elevenlabs = closing.adopt(
      await startElevenLabsSimulator({
        voice: async () => ({ pcm: { samples, sampleRateHz: 24_000 }, alignment: { words: [], phonemes: [] } }),
        apiKey: 'key',
        voiceIds: ['voice'],
        clock: systemClock,
      }),
      (it) => it.close(),
    );
    s3 = closing.adopt(await startS3Simulator({ ...ACCOUNT, clock: systemClock }), (it) => it.close());
    objects = openS3Store({ ...ACCOUNT, endpoint: s3.url });
    provider = createElevenLabsProvider({
      baseUrl: elevenlabs.url,
      apiKey: 'key',
      httpClient: http,
      voiceId: 'voice',
      modelId: 'eleven_multilingual_v2',
      usdPerBilledCharacter: 0.0001,
    });
  });
  after(async () => {
    objects.close();
    await http.close();
    await closing.disposeAsync();
    await fixture.dispose();
  });

  for (const fault of ['access-denied', 'reset-mid-part'] satisfies S3Fault[]) {
    it(`speech that cannot be kept (${fault}) is charged, and its caller has it all the same`, async () => {
      const id = await fixture.createJob();
      const pay = (step: StepContext) => createPaySpeech({ step, objects, limitOf: () => undefined });
      s3.faults.set(fault);
      const run = await fixture.start(async ({ step }) =>
        step('speech', async (context) => {
          const speech = await pay(context)(provider, ASKED, () => provider.synthesize(ASKED, context), {
            isFallback: false,
          });
          return { samples: speech.pcm.samples.length };
        }),
      );
      assert.equal(await run.outcome, 'completed');
      s3.faults.clear();
      const [call] = await fixture.store.calls(id);
      assert.deepEqual([call?.state, call?.uncertainRepeats], ['failed', 0]);
      assert.ok(Math.abs((call?.costUsd ?? 0) - ASKED.text.length * 0.0001) < 1e-9, `${call?.costUsd}`);
    });
  }
});
