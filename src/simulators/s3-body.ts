import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The body of a request: its facts, and its bytes unless they were let go. */
export type ReceivedBody = {
  /** Empty when they are not kept. */
  readonly bytes: Buffer;
  readonly byteCount: number;
  readonly md5: Buffer;
  /** 64 hex digits. */
  readonly sha256: string;
};

/** Reads a body as it comes. Throws RangeError when it is larger than `largestBytes`. */
export async function receiveBody(
  message: IncomingMessage,
  { keep, largestBytes }: { readonly keep: boolean; readonly largestBytes: number },
): Promise<ReceivedBody> {
  const md5 = createHash('md5');
  // Who signs no hash of the body is not made to wait for one.
  const isHashed = /^[0-9a-f]{64}$/.test(String(message.headers['x-amz-content-sha256']));
  const sha256 = createHash('sha256');
  const pieces: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of message as AsyncIterable<Buffer>) {
    byteCount += piece.length;
    if (byteCount > largestBytes) throw new RangeError(`A body may have at most ${largestBytes} bytes.`);
    md5.update(piece);
    if (isHashed) sha256.update(piece);
    if (keep) pieces.push(piece);
  }
  return { bytes: Buffer.concat(pieces), byteCount, md5: md5.digest(), sha256: isHashed ? sha256.digest('hex') : '' };
}
