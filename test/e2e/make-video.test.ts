import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkDeliverable } from '../../src/pipeline/deliverable-check.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Its modules are compiled beforehand, except in the first test, which is a newcomer's first run. */
const COMPILED = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node') };

function makeVideo(arguments_: readonly string[], temporaryFolder: string, environment = {}) {
  return spawnSync(process.execPath, ['src/main.js', 'make-video', ...arguments_], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TMPDIR: temporaryFolder, TTS_CACHE_ENABLED: 'False', ...environment },
  });
}

test('one command makes a playable file, says where it is, and leaves nothing else', async () => {
  await withTemporaryFolder(async (folder) => {
    const out = join(folder, 'hello.mp4');
    const { status, stdout, stderr } = makeVideo(['--script', 'Welcome! This is short.', '--out', out], folder);
    assert.equal(status, 0, stderr);
    assert.ok(stdout.includes(out));
    assert.match(stdout, /made in [\d.]+ s/);
    assert.match(stdout, /[\d.]+ s of video \(1920x1080/);
    const left = (await readdir(folder)).filter(
      (name) => name !== 'hello.mp4' && !name.startsWith('node-compile-cache'),
    );
    assert.deepEqual(left, []);
  });
});

test('for programs it prints one object per line', async () => {
  await withTemporaryFolder(async (folder) => {
    const out = join(folder, 'hello.mp4');
    const { stdout } = makeVideo(['--script', 'Hello.', '--out', out, '--json'], folder, COMPILED);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: string; file?: string; duration_seconds?: number });
    const last = lines.at(-1);
    assert.equal(last?.file, out);
    await checkDeliverable(out, {
      width: 1920,
      height: 1080,
      frameRate: 30,
      durationSeconds: last.duration_seconds ?? 0,
    });
    assert.ok(lines.length > 3);
  });
});

test('what is wrong with the arguments is said before anything is made', async () => {
  await withTemporaryFolder(async (folder) => {
    const out = join(folder, 'hello.mp4');
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [
        ['--script', '  ', '--out', out],
        /^script: must contain at least one letter or digit; got "nothing but spaces"/,
      ],
      [['--template', 'nope', '--out', out], /^template: must be one of "presenter1"; got "nope"/],
      [['--file', '/nope.txt', '--out', out], /^--file: must be a file that can be read; got \/nope\.txt/],
      [['--out', '/nope/hello.mp4'], /^--out: the folder must exist and be writable; got \/nope/],
      [['--colour', 'red'], /Unknown option '--colour'/],
    ];
    for (const [arguments_, message] of cases) {
      const { status, stderr } = makeVideo(arguments_, folder, COMPILED);
      assert.equal(status, 2, arguments_.join(' '));
      assert.match(stderr, message);
    }
  });
});
