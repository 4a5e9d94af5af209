import { createHash } from 'node:crypto';

/** Numbers from 0 (inclusive) to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${seed}/${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
}
