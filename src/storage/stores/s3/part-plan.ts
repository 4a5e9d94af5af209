const MEBIBYTE = 1024 ** 2;

/** Files up to this size go up in one request. */
export const LARGEST_SINGLE_BYTES = 16 * MEBIBYTE;

/** Larger ones go up in parts of at least this size. */
export const DEFAULT_PART_BYTES = 8 * MEBIBYTE;

/** S3 takes no more for one object. */
const MOST_PARTS = 10_000;

export type Part = { readonly number: number; readonly start: number; readonly bytes: number };

/**
 * The parts of a file of `fileBytes`, numbered from 1: `partBytes` each, or as many whole MiB as it takes to stay within 10,000
 * parts; the last has the rest.
 */
export function planParts(fileBytes: number, partBytes = DEFAULT_PART_BYTES): readonly Part[] {
  const needed = Math.ceil(fileBytes / MOST_PARTS / MEBIBYTE) * MEBIBYTE;
  const length = Math.max(partBytes, needed);
  return Array.from({ length: Math.ceil(fileBytes / length) }, (_, index) => {
    const start = index * length;
    return { number: index + 1, start, bytes: Math.min(length, fileBytes - start) };
  });
}
