import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { askDatabase, TEST_DATABASE_URL, TEST_REDIS_URL } from '../fixtures/services.ts';
import { WITHOUT_DATABASE, WITHOUT_REDIS } from '../fixtures/services.ts';
import { startServerProcess, type ServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, readStatus, waitUntilOver } from '../fixtures/video-client.ts';

const SCRIPT = 'Two processes share the work, and one of them is killed. The other goes on with it.';

test(
  'when the process that makes a video is killed, another one finishes it',
  { skip: WITHOUT_DATABASE || WITHOUT_REDIS },
  async () => {
    const database = `e2e_${randomBytes(6).toString('hex')}`;
    await askDatabase(`CREATE DATABASE ${database}`);
    const url = new URL(TEST_DATABASE_URL!);
    url.pathname = `/${database}`;
    const environment = { DATABASE_URL: url.href, REDIS_URL: TEST_REDIS_URL! };
    try {
      await withTemporaryFolder(async (dataFolder) => {
        const servers = await Promise.all([0, 1].map(() => startServerProcess({ dataFolder, environment })));
        const [one, other] = servers as [ServerProcess, ServerProcess];
        try {
          const { videoId } = await postVideo(one.address, { script: SCRIPT, template: 'presenter1', userId: 'two' });
          const statusOn = (server: ServerProcess) => readStatus(`${server.address}/video-status/${videoId}`);
          while ((await statusOn(one)).status === 'queued') await sleep(20);
          const [row] = await askDatabase(`SELECT worker_id FROM jobs WHERE id = $1`, [videoId], url.href);
          const holder = servers.find(({ pid }) => String(row?.['worker_id']).includes(`-${pid}_`));
          assert.ok(
            holder,
            `One of ${servers.map(({ pid }) => pid).join(', ')} holds it: ${String(row?.['worker_id'])}`,
          );
          await holder.kill();
          const survivor = holder === one ? other : one;
          const status = await waitUntilOver(`${survivor.address}/video-status/${videoId}`);
          assert.equal(status.status, 'completed', status.error?.message);
          const video = await fetch(`${survivor.address}/videos/${videoId}.mp4`);
          assert.equal(video.status, 200);
          await video.bytes();
        } finally {
          await Promise.all(servers.map((server) => server.kill()));
        }
      });
    } finally {
      await askDatabase(`DROP DATABASE ${database} WITH (FORCE)`);
    }
  },
);
