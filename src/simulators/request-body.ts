import type { IncomingMessage } from 'node:http';

const LARGEST_BODY_BYTES = 1_000_000;

/** Throws RangeError when the body is larger than a simulator takes: 1 MB, unless it says otherwise. */
export async function readBody(message: IncomingMessage, largestBytes = LARGEST_BODY_BYTES): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount > largestBytes) throw new RangeError(`A body may have at most ${largestBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
