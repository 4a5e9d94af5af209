import type { IncomingMessage } from 'node:http';

const LARGEST_BODY_BYTES = 1_000_000;

/** The body as UTF-8 text. Throws RangeError when it is larger than a simulator takes. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount > LARGEST_BODY_BYTES) throw new RangeError(`A body may have at most ${LARGEST_BODY_BYTES} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
