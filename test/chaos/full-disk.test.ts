import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { EXAMPLE_REQUEST } from '../../src/cli/example-request.ts';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';

const canMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;

test(
  'a full disk fails the job with the cause in plain words, and no half file is served',
  { skip: canMount ? false : 'this system lets no user mount a small disk (unshare)' },
  async () => {
    await withTemporaryFolder(async (dataFolder) => {
      // Room for the journals and the speech, but not for the video.
      const server = await startServerProcess({
        dataFolder,
        diskBytes: 1_700_000,
        environment: { TTS_CACHE_ENABLED: 'False' },
      });
      try {
        const { videoId, statusUrl } = await postVideo(server.address, EXAMPLE_REQUEST);
        const status = await waitUntilOver(statusUrl);
        assert.equal(status.status, 'failed');
        assert.equal(status.error?.code, 'storage_failed');
        assert.match(status.error.message, /disk is full/);
        assert.ok(status.error.step !== null);
        const file = await fetch(`${server.address}/videos/${videoId}.mp4`);
        assert.equal(file.status, 404);
        const health = await fetch(`${server.address}/health`);
        assert.equal(health.status, 200, 'The server goes on serving.');
      } finally {
        await server.kill();
      }
    });
  },
);
