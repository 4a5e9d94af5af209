import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { askDatabase, TEST_DATABASE_URL, WITHOUT_DATABASE } from '../fixtures/services.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { openSpeech } from '../../src/app/speech.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const VOICE = { profile: 'default', style: 'neutral', seed: 42 } as const;

test(
  'with a database, what one machine was told and has spoken counts on the other',
  { skip: WITHOUT_DATABASE },
  async () => {
    const database = `speech_${randomBytes(6).toString('hex')}`;
    await askDatabase(`CREATE DATABASE ${database}`);
    const url = new URL(TEST_DATABASE_URL!);
    url.pathname = `/${database}`;
    try {
      await withTemporaryFolder(async (folder) => {
        const machines = await Promise.all(
          ['one', 'other'].map((name) => {
            const DATA_DIR = join(folder, name);
            const environment = { DATA_DIR, TTS_CACHE_DIR: join(DATA_DIR, 'cache'), DATABASE_URL: url.href };
            const { config } = resolveConfig(environment, {});
            return openSpeech(config, { clock: systemClock, logger: QUIET, logOperation() {} });
          }),
        );
        try {
          const [one, other] = machines;
          assert.ok(one && other);
          const speak = async (userId: string) => {
            const request = { userId, signal: AbortSignal.timeout(60_000) };
            const spoken = await other.gateway.speakScript([{ text: 'Hello.', language: 'en', voice: VOICE }], request);
            return spoken.utterances[0]?.provider;
          };
          assert.equal(await speak('ann'), 'vibevoice');
          await one.mainProvider.set({ provider: 'elevenlabs', by: 'admin key' });
          assert.equal(await speak('bob'), 'elevenlabs');
          await one.mainProvider.set({ provider: 'vibevoice', by: 'admin key' });
          await one.canary.setPercent({ percent: 0, by: 'admin key', why: 'test' });
          assert.equal(await speak('eve'), 'elevenlabs');
          const { totals } = await one.analytics.report({ userId: null });
          assert.equal(totals.requests, 3);
          assert.ok(!existsSync(join(folder, 'one', 'speech-state.sqlite')));
        } finally {
          await Promise.all(machines.map((machine) => machine.close()));
        }
      });
    } finally {
      await askDatabase(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  },
);
