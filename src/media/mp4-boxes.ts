import { open, type FileHandle } from 'node:fs/promises';

/** A handful in a real file. */
const MOST_BOXES = 1_000;

/**
 * Walks the top-level boxes. A player on a network can start at once only when `moov` comes first; a file is whole when its
 * last box ends where the file ends, within the first thousand of them.
 */
export async function readBoxes(
  filePath: string,
): Promise<{ readonly isFaststart: boolean; readonly isWhole: boolean }> {
  await using file: FileHandle = await open(filePath);
  const { size } = await file.stat();
  const header = new DataView(new ArrayBuffer(16));
  const types: string[] = [];
  let position = 0;
  while (position + 8 <= size && types.length < MOST_BOXES) {
    await file.read(new Uint8Array(header.buffer), 0, 16, position);
    types.push(String.fromCharCode(...new Uint8Array(header.buffer, 4, 4)));
    const shortBytes = header.getUint32(0);
    const bytes = shortBytes === 1 ? Number(header.getBigUint64(8)) : shortBytes;
    if (bytes < 8) break;
    position += bytes;
  }
  const [moov, mdat] = [types.indexOf('moov'), types.indexOf('mdat')];
  return { isFaststart: moov >= 0 && mdat > moov, isWhole: position === size };
}
