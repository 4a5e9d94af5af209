import { readFile } from 'node:fs/promises';
import { AppError } from '../../../core/errors.ts';
import type { VideoEncoderOptions } from '../video-encoder.ts';
import { type H264Encoder, createH264Encoder } from './h264-encoder.ts';

const ASSET = new URL('../../../../.assets/h264.wasm', import.meta.url);

/**
 * Our own H.264 encoder, from the WASM module that `npm run prepare` builds. V8 keeps compiled modules by their content, so
 * only the first call of a thread compiles (0.5 ms; 0.04 ms after). Each encoder has its own memory, 19 MB at 1080p.
 * Throws `encoder_asset_missing` when the module is not there, and what `createH264Encoder` throws.
 */
export async function createOwnEncoder(options: VideoEncoderOptions): Promise<H264Encoder> {
  return createH264Encoder(await loadEncoderModule(ASSET), options);
}

export async function loadEncoderModule(asset: URL): Promise<WebAssembly.Module> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(await readFile(asset));
  } catch (error) {
    throw new AppError({
      code: 'encoder_asset_missing',
      kind: 'internal',
      message: `The video encoder ${asset.pathname} could not be read. It is built at install: run \`npm run prepare\`.`,
      cause: error,
    });
  }
  return WebAssembly.compile(bytes);
}
