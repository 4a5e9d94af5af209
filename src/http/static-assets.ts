import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file of the page, held in memory: there are a few, they are small, and no path of a request ever touches the disk. */
export type StaticAsset = {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly etag: string;
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.txt': 'text/plain; charset=utf-8',
};

/** Reads the built page; a folder that is not there gives no assets. Keys are relative paths with forward slashes. */
export function readStaticAssets(folder: string): ReadonlyMap<string, StaticAsset> {
  const assets = new Map<string, StaticAsset>();
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return assets;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const contentType = CONTENT_TYPES[path.extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const filePath = path.join(entry.parentPath, entry.name);
    const bytes = readFileSync(filePath);
    const name = path.relative(folder, filePath).split(path.sep).join('/');
    assets.set(name, createStaticAsset(bytes, contentType));
  }
  return assets;
}

export function createStaticAsset(bytes: Buffer, contentType: string): StaticAsset {
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { bytes, contentType, etag: `"${digest.slice(0, 32)}"` };
}
