/** Writes bits, most significant first, through a 64-bit accumulator that is emptied 32 bits at a time. */

let accumulator: u64 = 0;
let pendingBits: i32 = 0;
let start: usize = 0;
let position: usize = 0;

let markedAccumulator: u64 = 0;
let markedPendingBits: i32 = 0;
let markedPosition: usize = 0;

export function beginBits(address: usize): void {
  start = address;
  position = address;
  accumulator = 0;
  pendingBits = 0;
}

/** Appends the low `count` bits of `value`, whose other bits must be zero; `count` is 0..32. */
// @ts-ignore: decorator
@inline
export function putBits(count: i32, value: u32): void {
  let bits = (accumulator << (<u64>count)) | <u64>value;
  let pending = pendingBits + count;
  if (pending >= 32) {
    pending -= 32;
    store<u32>(position, bswap<u32>(<u32>(bits >> <u64>pending)));
    position += 4;
  }
  accumulator = bits;
  pendingBits = pending;
}

export function bitCount(): i32 {
  return <i32>(position - start) * 8 + pendingBits;
}

/** Remembers this place, so that `returnToMark` can take back whatever is written after it. */
export function setMark(): void {
  markedAccumulator = accumulator;
  markedPendingBits = pendingBits;
  markedPosition = position;
}

export function returnToMark(): void {
  accumulator = markedAccumulator;
  pendingBits = markedPendingBits;
  position = markedPosition;
}

export function bitsSinceMark(): i32 {
  return <i32>(position - markedPosition) * 8 + pendingBits - markedPendingBits;
}

export function putZerosToByte(): void {
  putBits((8 - (pendingBits & 7)) & 7, 0);
}

/** rbsp_trailing_bits(), then the last bytes reach memory. Returns the number of bytes since `beginBits`. */
export function finishBits(): i32 {
  putBits(1, 1);
  putZerosToByte();
  return flushBytes();
}

/** Needs a whole number of bytes. Returns the number of bytes since `beginBits`. */
export function flushBytes(): i32 {
  const bytes = pendingBits >> 3;
  if (bytes > 0) {
    store<u32>(position, bswap<u32>(<u32>(accumulator << (<u64>(32 - pendingBits)))));
    position += bytes;
    pendingBits = 0;
    accumulator = 0;
  }
  return <i32>(position - start);
}

/** Room to write bytes directly; needs a whole number of bytes so far. */
export function reserveBytes(count: i32): usize {
  flushBytes();
  const address = position;
  position += count;
  return address;
}
