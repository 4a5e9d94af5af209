const SEQUENCE_PARAMETER_SET = 7;

/**
 * The RFC 6381 name of an H.264 stream (`avc1.` and profile, constraint flags and level in hexadecimal), read from the
 * sequence parameter set at the start of an Annex B keyframe.
 */
export function avcCodecString(keyframe: Uint8Array): string {
  for (let position = 0; position + 6 < keyframe.length; position++) {
    const isStartCode = keyframe[position] === 0 && keyframe[position + 1] === 0 && keyframe[position + 2] === 1;
    if (!isStartCode || ((keyframe[position + 3] ?? 0) & 0x1f) !== SEQUENCE_PARAMETER_SET) continue;
    const hexadecimal = [...keyframe.subarray(position + 4, position + 7)]
      .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
      .join('');
    return `avc1.${hexadecimal}`;
  }
  throw new Error('A keyframe must carry a sequence parameter set; this one has none.');
}
