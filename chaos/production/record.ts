import { ARRANGEMENTS, type Arrangement } from './arrangements.ts';
import { runBatch, type Studio } from './batch.ts';
import { COMPLETION } from './ends.ts';
import { casesOf, type FaultCase } from './fault-cases.ts';
import { SCRIPTS } from './plan.ts';

/** What a job asks of each vendor when nothing goes wrong, and so every place for a fault. Throws when that is not so. */
export async function recordCases(
  studio: Studio,
  arrangements: readonly Arrangement[] = ARRANGEMENTS,
): Promise<readonly FaultCase[]> {
  const all: FaultCase[] = [];
  for (const arrangement of arrangements) {
    const batch = { arrangement, faults: [], scripts: SCRIPTS.slice(0, 1), ends: COMPLETION, seed: 1 };
    // The first one waits for drawings.
    await runBatch(batch, studio);
    const { recorded, violations } = await runBatch(batch, studio);
    if (violations.length > 0) throw new Error(`${arrangement.name}, without a fault: ${violations.join('; ')}`);
    all.push(...casesOf(arrangement, recorded));
  }
  return all;
}
