/** Splits an Annex B byte stream at its start codes. The units are views, header byte first, without trailing zeros. */
export function splitNalUnits(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let unitStart = -1;
  let zeros = 0;
  for (let at = 0; at < stream.length; at++) {
    const byte = stream[at];
    if (byte === 1 && zeros >= 2) {
      if (unitStart >= 0) units.push(stream.subarray(unitStart, at - zeros));
      unitStart = at + 1;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  if (unitStart >= 0) units.push(stream.subarray(unitStart, stream.length - zeros));
  return units;
}
