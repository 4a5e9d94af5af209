import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withTemporaryFolder } from '../../test/fixtures/temporary-folder.ts';
import { removeWorkFolders, workFolderOf } from './work-folders.ts';

describe('work folders', () => {
  it('go with their run and the runs before it, never those of the run that has the job now', async () => {
    await withTemporaryFolder(async (folder) => {
      for (const id of ['vid_1', 'vid_12']) {
        for (const attempts of [1, 2, 9, 10]) {
          const own = workFolderOf(folder, { id, attempts });
          await mkdir(own);
          await writeFile(join(own, 'video.mp4'), 'half');
        }
      }
      const left = async () => (await readdir(folder)).filter((name) => name.startsWith('vid_1-')).sort();
      // The second run was frozen, lost the job, and comes back while the ninth draws.
      await removeWorkFolders(folder, { id: 'vid_1', attempts: 2 });
      assert.deepEqual(await left(), ['vid_1-10', 'vid_1-9']);
      await removeWorkFolders(folder, { id: 'vid_1', attempts: 10 });
      assert.deepEqual(await left(), []);
      assert.equal((await readdir(folder)).length, 4, 'what belongs to another job stays');
    });
  });

  it('need not be there', async () => {
    await withTemporaryFolder((folder) => removeWorkFolders(join(folder, 'missing'), { id: 'vid_1', attempts: 1 }));
  });
});
