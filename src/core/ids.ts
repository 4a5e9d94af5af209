import { randomBytes } from 'node:crypto';

/** Crockford's base 32 in lower case: no letter that reads like another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A ULID with a prefix, such as `vid_01jd...`: 48 bits of milliseconds, then 80 random bits, so that ids sort by time and
 * cannot be guessed.
 */
export function createId(prefix: string, nowMilliseconds: number, random: Uint8Array = randomBytes(10)): string {
  let value = BigInt(Math.trunc(nowMilliseconds)) << 80n;
  for (const [index, byte] of random.entries()) value |= BigInt(byte) << BigInt(8 * (9 - index));
  let text = '';
  for (let position = 0; position < 26; position++) {
    text = (ALPHABET[Number(value & 31n)] ?? '') + text;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}
