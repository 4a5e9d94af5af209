import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startVendorsWithVoice } from '../../src/app/simulated-vendors.ts';
import { systemClock } from '../../src/core/clock.ts';
import { startS3Simulator } from '../../src/simulators/s3.ts';
import { CONTENT_TYPES, hashBytes, parseContentKey } from '../../src/storage/content-key.ts';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';

type Health = {
  readonly status: string;
  readonly storage: { readonly kind: string; readonly state: string; readonly last_failure: string | null };
  readonly checks: { readonly storage: { readonly status: string; readonly detail: string } };
};

const REQUEST = { script: 'Hello.', template: 'presenter1', userId: 'user@example.com' };
const ACCOUNT = { accessKey: 'simulated-access', secretKey: 'simulated-secret', region: 'us-east-1' };

test('a video is made through a bucket that stumbles, and served from it; a refused key fails one at once', async (context) => {
  const speech = await startVendorsWithVoice({ clock: systemClock });
  context.after(() => speech.close());
  const s3 = await startS3Simulator({ ...ACCOUNT, bucket: 'ai-videos', clock: systemClock });
  context.after(() => s3.close());
  await withTemporaryFolder(async (folder) => {
    const dataFolder = join(folder, 'data');
    const environment = {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: speech.vibevoiceEndpoints.join(','),
      WASABI_ENDPOINT: s3.url,
      WASABI_ACCESS_KEY: ACCOUNT.accessKey,
      WASABI_SECRET_KEY: ACCOUNT.secretKey,
    };
    const server = await startServerProcess({ dataFolder, environment });
    try {
      s3.faults.set('slow-down', { times: 2 });
      const { videoId, statusUrl } = await postVideo(server.address, REQUEST);
      const status = await waitUntilOver(statusUrl);
      assert.equal(status.status, 'completed', status.error?.message);

      assert.deepEqual(
        (await readdir(dataFolder)).filter((name) => name === 'objects'),
        [],
      );
      for (const [key, { bytes, contentType }] of s3.objects) {
        const { sha256, extension } = parseContentKey(key);
        assert.deepEqual([sha256, contentType], [hashBytes(bytes), CONTENT_TYPES[extension]], key);
      }
      const folders = new Set([...s3.objects.keys()].map((key) => parseContentKey(key).folder));
      assert.ok(folders.has('videos') && folders.has('audio'), [...folders].join());

      const address = `${server.address}/videos/${videoId}.mp4`;
      const whole = await (await fetch(address)).bytes();
      assert.equal(
        hashBytes(s3.objects.get(`videos/${hashBytes(whole)}.mp4`)?.bytes ?? new Uint8Array()),
        hashBytes(whole),
      );
      const part = await fetch(address, { headers: { range: 'bytes=1000-1999' } });
      assert.equal(part.status, 206);
      assert.deepEqual(await part.bytes(), whole.slice(1000, 2000));

      const health = async () => (await (await fetch(`${server.address}/health`)).json()) as Health;
      assert.deepEqual((await health()).storage, { kind: 'bucket', state: 'ok', last_failure: null });
      assert.equal((await fetch(`${server.address}/ready`)).status, 200);

      s3.faults.set('signature-does-not-match');
      const refused = await waitUntilOver((await postVideo(server.address, { ...REQUEST, script: 'No.' })).statusUrl);
      assert.deepEqual([refused.status, refused.error?.code], ['failed', 'storage_access_refused']);
      const asked = s3.requests.length;
      const { status: state, storage, checks } = await health();
      assert.deepEqual([state, storage.state, storage.last_failure], ['degraded', 'failing', 'auth']);
      assert.equal(checks.storage.status, 'fail');
      assert.match(checks.storage.detail, /correct the secret key/);
      const ready = await fetch(`${server.address}/ready`);
      const { code, detail } = (await ready.json()) as { readonly code: string; readonly detail: string };
      assert.deepEqual([ready.status, code], [503, 'not_ready']);
      assert.match(detail, /^storage: .*correct the secret key/);
      assert.equal(s3.requests.length, asked, 'nobody is asked for the health');
      s3.faults.clear();
      assert.equal(await server.stop(), 0);
      assert.doesNotMatch(server.logLines().join('\n'), /simulated-secret/);
    } finally {
      await server.kill();
    }
  });
});
