import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { EXAMPLE_REQUEST } from '../../src/cli/example-request.ts';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, readStatus, type StatusAnswer } from '../fixtures/video-client.ts';

const canMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;

test(
  'with a full disk the job waits, with the cause in plain words, and no half file is served',
  { skip: canMount ? false : 'this system lets no user mount a small disk (unshare)' },
  async (context) => {
    await withTemporaryFolder(async (dataFolder) => {
      // Room for the journals and the speech, but not for the video.
      const server = await startServerProcess({
        dataFolder,
        diskBytes: 1_700_000,
        environment: { TTS_CACHE_ENABLED: 'False' },
      });
      try {
        const { videoId, statusUrl } = await postVideo(server.address, EXAMPLE_REQUEST);
        const status = await waitAtMost(statusUrl);
        if (status.status === 'running') {
          // The journal is on the same disk: when it cannot write either, the job goes on at the next start.
          context.diagnostic('The disk had no room for the record of the failure; the job is still running.');
        } else {
          assert.equal(status.status, 'waiting');
          assert.equal(status.waiting_for?.reason, 'retry');
          assert.match(status.waiting_for.message, /disk is full/);
          assert.ok(status.steps.some((step) => step.status === 'failed'));
        }
        const file = await fetch(`${server.address}/videos/${videoId}.mp4`);
        assert.equal(file.status, 409, 'It is not ready.');
        const health = await fetch(`${server.address}/health`);
        assert.equal(health.status, 200, 'The server goes on serving.');
      } finally {
        await server.kill();
      }
    });
  },
);

/** Until the video is over, or has not been for so many looks that it will not be. */
async function waitAtMost(statusUrl: string): Promise<StatusAnswer> {
  for (let look = 0; ; look += 1) {
    const status = await readStatus(statusUrl);
    if (look === 600 || !['queued', 'running'].includes(status.status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
