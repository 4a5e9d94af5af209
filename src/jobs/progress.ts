import type { Workflow } from './workflow.ts';

/**
 * How far a run has come: (weights of finished steps + weight of each current step x its completed share) / all weights.
 * Never goes back, never leaves 0..1; steps without a weight move nothing.
 */
export type ProgressMeter = {
  readonly value: number;
  /** What `value` will be once that step is completed. */
  valueAfter(step: string): number;
  /** `completedUnits` of `totalUnits`; counts that are no numbers change nothing. */
  advance(step: string, completedUnits: number, totalUnits: number): void;
  complete(step: string): void;
};

/** `completedSteps` are those that earlier runs have recorded. Throws RangeError for a weight that is negative or no number. */
export function createProgressMeter(steps: Workflow['steps'], completedSteps: Iterable<string>): ProgressMeter {
  const weights = new Map<string, number>();
  for (const { name, weight } of steps) {
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new RangeError(`The weight of step "${name}" must be a finite number of 0 or more; got ${weight}.`);
    }
    if (weights.has(name)) throw new RangeError(`Step names must differ; "${name}" is listed twice.`);
    weights.set(name, weight);
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const shares = new Map<string, number>();
  let value = 0;

  function valueWith(moved: string, share: number): number {
    if (total === 0) return value;
    let done = 0;
    for (const [name, weight] of weights) done += weight * (name === moved ? share : (shares.get(name) ?? 0));
    return Math.min(1, done / total);
  }

  function move(step: string, share: number): void {
    if (!weights.has(step)) return;
    shares.set(step, Math.max(share, shares.get(step) ?? 0));
    value = valueWith(step, shares.get(step) ?? 0);
  }

  for (const step of completedSteps) move(step, 1);
  return {
    get value() {
      return value;
    },
    advance(step, completedUnits, totalUnits) {
      const share = completedUnits / totalUnits;
      if (Number.isFinite(share)) move(step, Math.min(1, Math.max(0, share)));
    },
    complete: (step) => move(step, 1),
    valueAfter: (step) => valueWith(step, 1),
  };
}
