import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { lockDataFolder } from './instance-lock.ts';

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };

describe('lockDataFolder', () => {
  const root = mkdtempSync(join(tmpdir(), 'instance-lock-'));
  after(() => rmSync(root, { recursive: true }));

  it('creates the folder and lets one holder in', () => {
    const folder = join(root, 'new', 'data');
    const lock = lockDataFolder(folder, { clock });
    assert.ok(existsSync(folder));
    assert.throws(() => lockDataFolder(folder, { clock }), {
      code: 'data_folder_in_use',
      message: `A data folder can be used by one process at a time; ${folder} is in use by process ${process.pid}, started 2026-01-02T03:04:05.000Z.`,
    });
    lock.release();
    lock.release();
    lockDataFolder(folder, { clock }).release();
  });

  it('names the folder when nobody knows the holder', () => {
    const folder = join(root, 'unnamed');
    const lock = lockDataFolder(folder, { clock });
    rmSync(join(folder, 'instance.json'));
    assert.throws(() => lockDataFolder(folder, { clock }), { message: /; .*unnamed is in use\.$/ });
    lock.release();
  });

  it('says what is wrong with a folder that cannot be used', () => {
    const file = join(root, 'file');
    writeFileSync(file, 'x');
    assert.throws(() => lockDataFolder(join(file, 'data'), { clock }), {
      kind: 'storage',
      message: /must be one that this process can create.*file\/data is not: .*ENOTDIR/,
    });
    const damaged = join(root, 'damaged');
    lockDataFolder(damaged, { clock }).release();
    writeFileSync(join(damaged, 'instance.lock'), 'not a database '.repeat(200));
    assert.throws(() => lockDataFolder(damaged, { clock }), { code: 'storage_corrupt', kind: 'storage' });
  });
});
