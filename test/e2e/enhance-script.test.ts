import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';

const REQUEST = { script: 'Sold 12.', template: 'presenter1', userId: 'user@example.com' };

test('a script is improved unless it must not be, and a failure of that is a warning, not the end', async () => {
  await withTemporaryFolder(async (folder) => {
    const server = await startServerProcess({ dataFolder: join(folder, 'data') });
    try {
      const make = async (wish: object) => {
        const { statusUrl } = await postVideo(server.address, { ...REQUEST, ...wish });
        const { status, enhancement, warnings } = await waitUntilOver(statusUrl);
        return { status, enhancement: enhancement?.status, warnings };
      };
      const [applied, skipped] = await Promise.all([make({}), make({ enhance: false })]);
      assert.deepEqual(applied, { status: 'completed', enhancement: 'applied', warnings: [] });
      assert.deepEqual(skipped, { status: 'completed', enhancement: 'skipped', warnings: [] });
      const fault = await fetch(`${server.address}/admin/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ vendor: 'openai', scenario: 'insufficient-quota' }),
      });
      assert.equal(fault.status, 200);
      const { status, enhancement, warnings } = await make({});
      assert.deepEqual([status, enhancement], ['completed', 'fell_back']);
      assert.match(warnings.join(), /^The script is spoken as it was written, .*insufficient_quota/);
      assert.equal(await server.stop(), 0);
    } finally {
      await server.kill();
    }
  });
});
