import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { BenchResult } from '../../bench/bench-result.ts';

const ROOT = join(import.meta.dirname, '../..');
const PATH = join(ROOT, 'docs/reports/job-crash-harness.md');
const COLUMNS = ['what', 'mode', 'kills', 'unreached', 'jobs', 'charges', 'uncertain', 'violations'];
const TOLD_VERSIONS = ['bullmq', 'ioredis', 'pg', 'undici'] as const;

/** What the long run has found, for those who do not run it. */
export async function writeLongReport(report: BenchResult, { seed }: { readonly seed: number }): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const versions = TOLD_VERSIONS.map((name) => `${name} ${dependencies[name]}`).join(', ');
  const line = (cells: readonly (string | number | boolean | undefined)[]) =>
    `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  const figures = Object.entries(report.figures).map(([name, value]) => line([name, value, report.targets[name]]));
  const text = [
    '# Crash harness for jobs: the long run',
    '',
    `Written by \`npm run chaos -- jobs --long --seed ${seed}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, SQLite ${process.versions['sqlite'] ?? '?'}, ${versions}, ${cpus().length} cores.`,
    '',
    report.pass ? 'Every target is met.' : '**Not every target is met.**',
    '',
    line(['figure', 'measured', 'target']),
    line(['---', '---:', '---']),
    ...figures,
    '',
    line(COLUMNS),
    line(['---', '---', ...COLUMNS.slice(2).map(() => '---:')]),
    ...report.rows.map((row) => line(COLUMNS.map((column) => row[column]))),
    '',
    ...(report.skipped ?? []).map((skipped) => `Skipped: ${skipped}.`),
  ];
  await mkdir(join(ROOT, 'docs/reports'), { recursive: true });
  await writeFile(PATH, `${text.join('\n').trimEnd()}\n`);
}
