/** NAL units in Annex B byte-stream form. */

export const NAL_SLICE: u8 = 0x61;
export const NAL_KEYFRAME_SLICE: u8 = 0x65;
export const NAL_SEQUENCE_PARAMETERS: u8 = 0x67;
export const NAL_PICTURE_PARAMETERS: u8 = 0x68;

/**
 * Start code, header byte and `byteCount` payload bytes with emulation prevention (7.4.1.1: after two zero bytes a byte of
 * 0..3 is preceded by 3). Needs room for 3/2 of the payload. Returns the end address.
 */
export function writeNalUnit(header: u8, payload: usize, byteCount: i32, destination: usize): usize {
  store<u32>(destination, 0x01000000);
  store<u8>(destination, header, 4);
  let out = destination + 5;
  let zeros = 0;
  let at = payload;
  const end = payload + byteCount;
  while (at < end) {
    // With no zero pending, sixteen bytes without a zero pass unchanged.
    if (zeros == 0 && at + 16 <= end) {
      const bytes = v128.load(at);
      if (i8x16.all_true(bytes)) {
        v128.store(out, bytes);
        at += 16;
        out += 16;
        continue;
      }
    }
    const byte = load<u8>(at++);
    if (zeros == 2 && byte <= 3) {
      store<u8>(out++, 3);
      zeros = 0;
    }
    store<u8>(out++, byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return out;
}
