import { durationSeconds } from '../../media/pcm.ts';
import { parseWav } from '../../media/wav.ts';
import type { SimulatedAnswer } from '../http-simulator.ts';
import { heygenRefusal } from './faults.ts';

/** What was asked for with `POST /v3/videos`. */
export type SimulatedVideoRequest = {
  readonly wav: Uint8Array;
  readonly durationSeconds: number;
  readonly title: string;
  readonly aspectRatio: string;
  readonly hasCaptions: boolean;
  readonly callbackId: string | null;
};

const LONGEST_AUDIO_SECONDS = 600;
const ASPECT_RATIOS = new Set<unknown>(['16:9', '9:16', '4:5', '5:4', '1:1', 'auto']);
const RESOLUTIONS = new Set<unknown>(['720p', '1080p', '4k']);
const ENGINES = new Set<unknown>(['avatar_iii', 'avatar_iv', 'avatar_v']);
const COLOR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
const IMAGE = /^https?:\/\/[^\s]+\.(?:jpe?g|png)(?:\?\S*)?$/i;

/** Reads the body, or refuses it as the documentation says. */
export function readVideoRequest(
  body: string,
  account: { readonly lookIds: readonly string[]; readonly assets: ReadonlyMap<string, Buffer> },
): { readonly request: SimulatedVideoRequest } | { readonly refusal: SimulatedAnswer } {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = fieldsOf(JSON.parse(body));
  } catch {
    return { refusal: heygenRefusal(400, 'invalid_parameter', 'The body must be JSON.') };
  }
  const invalid = (name: string) => ({ refusal: heygenRefusal(400, 'invalid_parameter', 'Not valid.', name) });
  const { avatar_id: avatar, audio_asset_id: asset, aspect_ratio: aspectRatio = 'auto', title = '' } = fields;
  if (fields['type'] !== 'avatar') return invalid('type');
  if (typeof avatar !== 'string' || !account.lookIds.includes(avatar)) {
    return { refusal: heygenRefusal(404, 'avatar_not_found', 'No such avatar.', 'avatar_id') };
  }
  if (typeof aspectRatio !== 'string' || !ASPECT_RATIOS.has(aspectRatio)) return invalid('aspect_ratio');
  if (typeof title !== 'string') return invalid('title');
  if (!RESOLUTIONS.has(fields['resolution'] ?? '1080p')) return invalid('resolution');
  if (!ENGINES.has(fieldsOf(fields['engine'] ?? { type: 'avatar_iv' })['type'])) return invalid('engine');
  if (fields['background'] !== undefined && !isBackground(fieldsOf(fields['background']))) return invalid('background');
  const hasCaptions = fields['caption'] !== undefined;
  if (hasCaptions && fieldsOf(fields['caption'])['file_format'] !== 'srt') return invalid('caption');
  const wav = typeof asset === 'string' ? account.assets.get(asset) : undefined;
  if (wav === undefined) {
    return { refusal: heygenRefusal(404, 'asset_not_available', 'No such asset.', 'audio_asset_id') };
  }
  const seconds = durationSeconds(parseWav(wav));
  if (seconds > LONGEST_AUDIO_SECONDS) return invalid('audio_asset_id');
  const callbackId = typeof fields['callback_id'] === 'string' ? fields['callback_id'] : null;
  return { request: { wav, durationSeconds: seconds, title, aspectRatio, hasCaptions, callbackId } };
}

function isBackground({ type, value, url }: Readonly<Record<string, unknown>>): boolean {
  if (type === 'color') return typeof value === 'string' && COLOR.test(value);
  return type === 'image' && typeof url === 'string' && IMAGE.test(url);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
