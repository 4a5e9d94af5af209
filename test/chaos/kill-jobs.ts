import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killLoop } from './job-kills.ts';
import { createRandom } from './seeded-random.ts';

/** `node test/chaos/kill-jobs.ts [--kills 300] [--seed 1] [--quick]`: kill -9 at random moments, as many as asked for. */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
    },
  });
  const kills = values.quick ? 25 : Number(values.kills);
  const folder = mkdtempSync(join(tmpdir(), 'kill-jobs-'));
  const stepNames = ['script', 'speech', 'render', 'store'];
  const { violations, ...counts } = await killLoop(folder, {
    kills,
    random: createRandom(Number(values.seed)),
    stepNames,
  });
  rmSync(folder, { recursive: true });
  for (const violation of violations) console.log(violation);
  const figures = { ...counts, violations: violations.length };
  console.table(figures);
  const pass = violations.length === 0 && counts.repeatedExecutions > 0;
  console.log(JSON.stringify({ name: 'kill-jobs', figures, targets: { violations: 0 }, pass }));
  process.exitCode = pass ? 0 : 1;
}
