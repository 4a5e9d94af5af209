import type { IncomingMessage } from 'node:http';

const LARGEST_BODY_BYTES = 1_000_000;

/** The body as UTF-8 text. Throws RangeError when it is larger than a simulator takes. */
export async function readBody(message: IncomingMessage): Promise<string> {
  return (await readBytes(message, LARGEST_BODY_BYTES)).toString('utf8');
}

/** Throws RangeError when the body has more than `mostBytes`. */
export async function readBytes(message: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount > mostBytes) throw new RangeError(`A body may have at most ${mostBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
