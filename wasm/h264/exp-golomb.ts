/** Exp-Golomb codes, ITU-T H.264 9.1. */
import { putBits } from './bit-writer';

/** ue(v), `value` below 2^31. */
export function putUnsigned(value: u32): void {
  const codeNumber = value + 1;
  const suffixBits = 31 - <i32>clz(codeNumber);
  if (suffixBits > 15) {
    putBits(suffixBits, 0);
    putBits(suffixBits + 1, codeNumber);
  } else {
    putBits(2 * suffixBits + 1, codeNumber);
  }
}

/** se(v): 1, -1, 2, -2 ... are numbered 1, 2, 3, 4 ... */
export function putSigned(value: i32): void {
  putUnsigned(value > 0 ? <u32>(2 * value - 1) : <u32>(-2 * value));
}

/** Bits that `putSigned(value)` writes. */
// @ts-ignore: decorator
@inline
export function signedLength(value: i32): i32 {
  const codeNumber = <u32>(value > 0 ? 2 * value : 1 - 2 * value);
  return 63 - 2 * <i32>clz(codeNumber);
}
