import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServerProcess, type ServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver, type StatusAnswer } from '../fixtures/video-client.ts';

type Json = Record<string, never>;

const REQUEST = { script: 'Good morning, everyone.', template: 'presenter1', userId: 'ada@example.com' };

async function call(server: ServerProcess, method: string, address: string, body?: object): Promise<Json> {
  const response = await fetch(`${server.address}${address}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  assert.equal(response.status, 200, `${method} ${address} answered ${response.status}`);
  return (await response.json()) as Json;
}

async function makeVideo(server: ServerProcess, changes: object = {}): Promise<StatusAnswer> {
  const { statusUrl } = await postVideo(server.address, { ...REQUEST, ...changes });
  const status = await waitUntilOver(statusUrl);
  assert.equal(status.status, 'completed', status.error?.message);
  return status;
}

/** Has a text spoken without a picture, and says who spoke. */
async function speak(server: ServerProcess, text: string, language: string): Promise<object> {
  const userId = REQUEST.userId;
  const { provider, fallback_used, cached } = await call(server, 'POST', '/test/tts', { text, language, userId });
  return { provider, fallback_used, cached };
}

/** What the log says about speech: the lines with its fields. */
function speechRecords(server: ServerProcess): Record<string, unknown>[] {
  return server
    .logLines()
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => 'audio_duration_s' in line);
}

test('an outage is rehearsed: VibeVoice speaks, then ElevenLabs takes over, and an order survives a restart', async () => {
  await withTemporaryFolder(async (folder) => {
    const options = { dataFolder: join(folder, 'data'), environment: { LOG_LEVEL: 'info' } };
    let server = await startServerProcess(options);
    try {
      const first = await makeVideo(server);
      assert.deepEqual(first.tts, { provider: 'vibevoice', fallback_used: false, cached: false });
      const again = await speak(server, REQUEST.script, 'en');
      assert.deepEqual(again, { provider: 'vibevoice', fallback_used: false, cached: true });
      const german = await speak(server, 'Guten Tag, das ist ein kurzer Satz.', 'de');
      assert.deepEqual(german, { provider: 'elevenlabs', fallback_used: false, cached: false });

      await call(server, 'POST', '/admin/faults', { vendor: 'vibevoice', scenario: 'refuse' });
      const rescued = await makeVideo(server, { script: 'Nobody will notice who says this. Nor this.' });
      assert.deepEqual(rescued.tts, { provider: 'elevenlabs', fallback_used: true, cached: false });
      await call(server, 'DELETE', '/admin/faults');

      const records = speechRecords(server);
      assert.equal(records.length, 4);
      assert.deepEqual(
        records.map((record) => Object.keys(record).sort().join(' ')),
        records.map(
          () =>
            'attempts audio_duration_s cached cost_usd error_kind execution_ms fallback_used provider status timestamp ' +
            'trace_id user_id video_id',
        ),
      );
      assert.ok(server.logLines().every((line) => !/Nobody will notice|Good morning/.test(line)));

      const report = await call(server, 'GET', `/tts/analytics?userId=${encodeURIComponent(REQUEST.userId)}`);
      const { providers, totals } = report as unknown as Record<'providers', Record<string, Record<string, number>>> & {
        readonly totals: Record<string, number>;
      };
      assert.deepEqual([totals['requests'], totals['successes'], totals['cache_hits']], [4, 4, 1]);
      assert.deepEqual([providers['vibevoice']?.['requests'], providers['vibevoice']?.['failures']], [3, 1]);
      assert.deepEqual([providers['elevenlabs']?.['requests'], providers['elevenlabs']?.['fallbacks']], [2, 1]);

      const order = await call(server, 'POST', '/admin/set-tts-provider?provider=elevenlabs');
      assert.deepEqual([order['tts_provider'], order['previous']], ['elevenlabs', 'vibevoice']);
      await server.kill();
      server = await startServerProcess(options);
      const health = await call(server, 'GET', '/health');
      assert.equal(health['tts_provider'], 'elevenlabs');
      const ordered = await speak(server, 'The order is still there after the restart.', 'en');
      assert.deepEqual(ordered, { provider: 'elevenlabs', fallback_used: false, cached: false });
    } finally {
      await server.stop();
    }
  });
});
