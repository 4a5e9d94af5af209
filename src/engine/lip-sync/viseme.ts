/** The mouth shapes of the Oculus-15 set: our canonical internal set. The order is that of `VisemeWeights`. */
export const VISEMES = ['sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'I', 'O', 'U'] as const;

export type Viseme = (typeof VISEMES)[number];

/** One weight per entry of VISEMES, each 0..1, summing to 1. */
export type VisemeWeights = Float32Array;

/** What the mouth does at one moment. While lips are closed for p, b or m, the weight of PP is exactly 1 and `jaw` is 0. */
export type MouthState = {
  readonly weights: VisemeWeights;
  /** How far the jaw takes part, 0 (clenched) .. 1 (as the pose says) .. 1.2 (loud and wide). Follows the energy of the speech. */
  readonly jaw: number;
};

/** The visemes over a whole speech: pure, defined for every time; half a second before and after the speech it is at rest. */
export type VisemeTrack = {
  readonly durationSeconds: number;
  at(timeSeconds: number): MouthState;
};

/** Adds `scale` times `source` to `target`, weight by weight. */
export function addWeights(target: VisemeWeights, source: VisemeWeights, scale: number): void {
  for (let index = 0; index < target.length; index += 1) {
    target[index] = (target[index] ?? 0) + scale * (source[index] ?? 0);
  }
}

/** Weights by name; what is not named is 0. */
export function weightsOf(mix: Partial<Record<Viseme, number>>): VisemeWeights {
  return Float32Array.from(VISEMES, (viseme) => mix[viseme] ?? 0);
}

/** The weights of a relaxed, closed mouth. */
export function restingWeights(): VisemeWeights {
  return weightsOf({ sil: 1 });
}
