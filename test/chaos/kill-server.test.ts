import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDeliverable } from '../../src/pipeline/deliverable-check.ts';
import { startServerProcess, type ServerProcess } from '../fixtures/server-process.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { postVideo, readStatus, waitUntilOver, type StatusAnswer } from '../fixtures/video-client.ts';

const SCRIPT = 'A job that was accepted is never lost. It goes on after its last finished step.';

test('a server that is killed again and again finishes every accepted video, and redoes no finished step', async () => {
  await withTemporaryFolder(async (folder) => {
    const dataFolder = join(folder, 'data');
    let server = await startServerProcess({ dataFolder });
    try {
      const { videoId } = await postVideo(server.address, { script: SCRIPT, template: 'presenter1', userId: 'chaos' });
      const finishedBeforeKill = new Map<string, number>();
      // Early in the speech, in the middle of the render, and right after a restart.
      for (const killAfterMilliseconds of [150, 900, 250, 1_500]) {
        await sleep(killAfterMilliseconds);
        rememberFinishedSteps(await readStatus(statusUrl(server, videoId)), finishedBeforeKill);
        await server.kill();
        server = await startServerProcess({ dataFolder });
      }
      const status = await waitUntilOver(statusUrl(server, videoId));
      assert.equal(status.status, 'completed', status.error?.message);
      for (const { name, attempts } of status.steps) {
        const before = finishedBeforeKill.get(name);
        if (before !== undefined) assert.equal(attempts, before, `Step ${name} was finished and ran again.`);
      }
      const filePath = join(folder, 'video.mp4');
      await writeFile(filePath, await (await fetch(`${server.address}/videos/${videoId}.mp4`)).bytes());
      await checkDeliverable(filePath, {
        width: 1920,
        height: 1080,
        frameRate: 30,
        durationSeconds: status.duration_seconds ?? 0,
      });
      assert.deepEqual(await readdir(join(dataFolder, 'work')), [], 'Unfinished files were left behind.');
    } finally {
      await server.kill();
    }
  });
});

test('a second process on the same data folder is refused and says so', async () => {
  await withTemporaryFolder(async (dataFolder) => {
    const server = await startServerProcess({ dataFolder });
    try {
      const second = startServerProcess({ dataFolder });
      await assert.rejects(
        second,
        (error: Error) => error.message.includes(dataFolder) && /in use/.test(error.message),
      );
    } finally {
      await server.kill();
    }
  });
});

function statusUrl(server: ServerProcess, videoId: string): string {
  return `${server.address}/video-status/${videoId}`;
}

function rememberFinishedSteps(status: StatusAnswer, finished: Map<string, number>): void {
  for (const step of status.steps) {
    if (step.status === 'completed' && !finished.has(step.name)) finished.set(step.name, step.attempts);
  }
}
