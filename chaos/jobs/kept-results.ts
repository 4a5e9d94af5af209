import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhaseResult } from './phases/phase-result.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'node_modules/.cache/job-crash-harness');
/** What the proof is about, and what it is made with. */
const PROVED = ['src/core', 'src/jobs', 'src/sql', 'chaos/jobs', 'test/chaos/seeded-random.ts'] as const;

/** Results of parts that have ended, so that a run that is cut off goes on where it was. */
export type KeptResults = {
  read(part: string): PhaseResult | undefined;
  keep(part: string, result: PhaseResult): Promise<void>;
};

export const KEEP_NOTHING: KeptResults = { read: () => undefined, keep: async () => undefined };

/** Kept for this seed and for exactly this code; with changes that are not committed, nothing is. */
export async function openKeptResults({ seed }: { readonly seed: number }): Promise<KeptResults> {
  const git = (...arguments_: string[]): string => execFileSync('git', arguments_, { cwd: ROOT, encoding: 'utf8' });
  let code: string;
  try {
    if (git('status', '--porcelain', '--', ...PROVED) !== '') return KEEP_NOTHING;
    code = PROVED.map((folder) => git('rev-parse', `HEAD:${folder}`).slice(0, 8)).join('-');
  } catch {
    return KEEP_NOTHING;
  }
  const path = join(FOLDER, `${code}-${seed}.json`);
  await mkdir(FOLDER, { recursive: true });
  const kept = new Map<string, PhaseResult>(JSON.parse(await readFile(path, 'utf8').catch(() => '[]')) as []);
  let writing = Promise.resolve();
  return {
    read: (part) => kept.get(part),
    keep(part, result) {
      kept.set(part, result);
      writing = writing.then(async () => {
        await writeFile(`${path}.new`, JSON.stringify([...kept]));
        await rename(`${path}.new`, path);
      });
      return writing;
    },
  };
}
