/** Reads the syntax elements of ITU-T H.264 clause 7.2 from a payload without emulation prevention. */
export class BitReader {
  #position = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  /** u(n), n up to 32. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const byte = this.#bytes[this.#position >> 3];
      if (byte === undefined) throw new Error(`the payload ended at bit ${this.#position}`);
      value = value * 2 + ((byte >> (7 - (this.#position & 7))) & 1);
      this.#position++;
    }
    return value;
  }

  /** ue(v). */
  unsigned(): number {
    let zeros = 0;
    while (this.bits(1) === 0) zeros++;
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v). */
  signed(): number {
    const codeNumber = this.unsigned();
    return codeNumber % 2 === 1 ? (codeNumber + 1) / 2 : -codeNumber / 2;
  }
}

/** The payload of a NAL unit: without its header byte and its emulation prevention bytes (7.4.1). */
export function payloadOf(unit: Uint8Array): Uint8Array {
  const payload: number[] = [];
  let zeros = 0;
  for (const byte of unit.subarray(1)) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    payload.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(payload);
}
