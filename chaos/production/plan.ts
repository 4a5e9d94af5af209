import { createRandom } from '../../test/chaos/seeded-random.ts';
import type { Arrangement } from './arrangements.ts';
import type { Batch } from './batch.ts';
import { acceptableEnds, endsOfMany } from './ends.ts';
import type { FaultCase } from './fault-cases.ts';
import type { Vendor } from './vendors.ts';

/** With digits, which a model may change; short, because thousands are made. */
export const SCRIPTS: readonly string[] = [
  'We sold 12 units.',
  'Only 3 days are left.',
  'Turn left after 2 miles.',
  'It took 7 tries.',
  'Come back at 9.',
  'You have 4 choices.',
];

const JOBS_AT_ONCE = 3;
/** Of the vendor that a batch is about, which is asked that much by three jobs. */
const FAULTS_AT_ONCE: Readonly<Record<Vendor, number>> = {
  openai: 3,
  vibevoice: 3,
  elevenlabs: 3,
  'openai-speech': 3,
  heygen: 10,
  s3: 24,
};
/** Of the others. */
const FURTHER_FAULTS = 3;
/** Requests from one fault of a vendor to its next. */
const LONGEST_STEP: Readonly<Record<Vendor, number>> = {
  openai: 2,
  vibevoice: 2,
  elevenlabs: 2,
  'openai-speech': 2,
  heygen: 4,
  s3: 4,
};
/** In that share of the batches one fault stays. */
const LASTING_SHARE = 0.3;

/** Each case by itself: one job, one fault. */
export function planAlone(cases: readonly FaultCase[], seed: number): readonly Batch[] {
  return cases.map((faultCase, index) => ({
    arrangement: faultCase.arrangement,
    faults: [faultCase],
    scripts: [scriptAt(seed + index)],
    ends: acceptableEnds(faultCase, faultCase.arrangement),
    seed: seed + index,
  }));
}

/** Every fault that passes, once more at some call, among others and with several jobs at once; some stay. */
export function planTogether(cases: readonly FaultCase[], seed: number): readonly Batch[] {
  const random = createRandom(seed);
  const groups = Map.groupBy(cases, ({ arrangement, vendor }) => `${arrangement.name} ${vendor}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { arrangement, vendor } = first;
    const passing = shuffled(
      group.filter(({ isLasting }) => !isLasting),
      random,
    );
    const size = FAULTS_AT_ONCE[vendor];
    return Array.from({ length: Math.ceil(passing.length / size) }, (_, index): Batch => {
      const own = passing.slice(index * size, (index + 1) * size);
      const others = shuffled(
        cases.filter((other) => other.vendor !== vendor && !other.isLasting && isAsked(other.vendor, arrangement)),
        random,
      ).slice(0, FURTHER_FAULTS);
      const faults = [...own, ...others].map((fault) => ({
        ...fault,
        arrangement,
        position: 1 + Math.floor(random() * LONGEST_STEP[fault.vendor]),
      }));
      const last = faults.length - 1;
      const isStaying = random() < LASTING_SHARE;
      const mixed = faults.map((fault, place) => ({ ...fault, isLasting: isStaying && place === last }));
      const start = Math.floor(random() * SCRIPTS.length);
      return {
        arrangement,
        faults: mixed,
        scripts: Array.from({ length: JOBS_AT_ONCE }, (_script, job) => scriptAt(start + job)),
        ends: endsOfMany(mixed, arrangement),
        seed: seed + index,
      };
    });
  });
}

function isAsked(vendor: Vendor, { speaker, maker }: Arrangement): boolean {
  return vendor === 'openai' || vendor === 's3' || vendor === speaker || vendor === maker;
}

function scriptAt(index: number): string {
  return SCRIPTS[index % SCRIPTS.length] ?? '';
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
