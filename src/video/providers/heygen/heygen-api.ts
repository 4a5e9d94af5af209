import { randomUUID } from 'node:crypto';
import { toAppError } from '../../../core/errors.ts';
import type { HttpClient, HttpRequest } from '../../../net/http-client.ts';
import { transportFailure, videoFailure } from '../../video-failure.ts';
import { readAccount, type HeyGenAccount } from './account-answer.ts';
import { heygenError, VENDOR } from './error-answer.ts';
import { jsonObject } from './json-object.ts';
import type { VideoAspectRatio } from '../../video-capabilities.ts';
import { readLook, type HeyGenLook } from './look-answer.ts';
import { readVideo, readVideoId, type HeyGenVideo } from './video-answer.ts';

export type HeyGenResolution = '720p' | '1080p' | '4k';
/** The generation of the avatar. */
export type HeyGenEngine = 'avatar_iii' | 'avatar_iv' | 'avatar_v';

/** `POST /v3/videos`, of its fields those that we use. */
export type HeyGenVideoRequest = {
  readonly type: 'avatar';
  readonly avatar_id: string;
  readonly audio_asset_id: string;
  /** Holds the job's id: by it a video is found again whose answer was lost. */
  readonly title: string;
  readonly resolution: HeyGenResolution;
  readonly aspect_ratio: VideoAspectRatio;
  readonly background?:
    | { readonly type: 'color'; readonly value: string }
    | { readonly type: 'image'; readonly url: string };
  readonly caption?: { readonly file_format: 'srt' };
  readonly engine?: { readonly type: HeyGenEngine };
  /** Comes back in the webhook. */
  readonly callback_id: string;
};

type Ask = { readonly signal: AbortSignal };
type AskOnce = Ask & { readonly idempotencyKey: string };

/**
 * HeyGen's API v3, one method a request; nothing is repeated here. Throws AppErrors of the kinds that `heygenError` tells, and
 * of a request without an answer.
 */
export type HeyGenApi = {
  /** WAV of at most 32 MB. Gives the id of the asset. */
  uploadWav(wav: Uint8Array, options: AskOnce): Promise<string>;
  /** Charged when the video is finished. The same key gives the same video for 24 hours. */
  createVideo(request: HeyGenVideoRequest, options: AskOnce): Promise<string>;
  video(id: string, options: Ask): Promise<HeyGenVideo>;
  /** The newest video with that title, among the thousand newest. */
  findVideo(title: string, options: Ask): Promise<HeyGenVideo | undefined>;
  /** Deleting what is not there is a no-op. */
  deleteVideo(id: string, options: Ask): Promise<void>;
  deleteAsset(id: string, options: Ask): Promise<void>;
  /** Who can present. */
  looks(options: Ask): Promise<readonly HeyGenLook[]>;
  /** Free: whether the key is good, and what is left. */
  account(options: Ask): Promise<HeyGenAccount>;
};

const PAGE = 100;
const MOST_PAGES = 10;

export function createHeyGenApi(options: {
  readonly httpClient: HttpClient;
  /** `https://api.heygen.com`, or a simulator. */
  readonly baseUrl: string;
  readonly apiKey: string;
}): HeyGenApi {
  const { httpClient, apiKey } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');

  async function ask(
    request: Pick<HttpRequest, 'method' | 'signal'> & {
      readonly path: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    },
  ): Promise<Readonly<Record<string, unknown>>> {
    const { method, path, signal, headers = {}, body } = request;
    try {
      const response = await httpClient.send({
        method,
        url: `${baseUrl}${path}`,
        headers: { 'x-api-key': apiKey, accept: 'application/json', ...headers },
        ...(body !== undefined && { body }),
        signal,
      });
      if (response.status < 200 || response.status > 299) throw heygenError(response);
      return jsonObject(response.bytes);
    } catch (thrown) {
      throw toAppError(transportFailure(VENDOR, thrown));
    }
  }

  /** Calls `look` with each element until it says that it has seen enough. */
  async function walk(path: string, signal: AbortSignal, look: (element: unknown) => boolean): Promise<void> {
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(token !== undefined && { token }) }).toString();
      const answer = await ask({ method: 'GET', path: `${path}?${query}`, signal });
      if (!Array.isArray(answer['data'])) throw videoFailure(VENDOR, 'protocol', 'answered with a list that is none');
      if ((answer['data'] as unknown[]).some(look)) return;
      const next = answer['next_token'];
      if (answer['has_more'] !== true || typeof next !== 'string') return;
      token = next;
    }
  }

  return {
    async uploadWav(wav, { idempotencyKey, signal }) {
      const boundary = `----${randomUUID()}`;
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="speech.wav"\r\nContent-Type: audio/wav\r\n\r\n`;
      const { data } = await ask({
        method: 'POST',
        path: '/v3/assets',
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'idempotency-key': idempotencyKey,
        },
        body: Buffer.concat([Buffer.from(head), wav, Buffer.from(`\r\n--${boundary}--\r\n`)]),
        signal,
      });
      return readVideoId(jsonObject(data)['asset_id']);
    },
    async createVideo(request, { idempotencyKey, signal }) {
      const { data } = await ask({
        method: 'POST',
        path: '/v3/videos',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(request),
        signal,
      });
      return readVideoId(jsonObject(data)['video_id']);
    },
    async video(id, { signal }) {
      const { data } = await ask({ method: 'GET', path: `/v3/videos/${encodeURIComponent(id)}`, signal });
      return readVideo(data);
    },
    async findVideo(title, { signal }) {
      let found: HeyGenVideo | undefined;
      await walk('/v3/videos', signal, (element) => {
        if (jsonObject(element)['title'] !== title) return false;
        found = readVideo(element);
        return true;
      });
      return found;
    },
    async deleteVideo(id, { signal }) {
      await ask({ method: 'DELETE', path: `/v3/videos/${encodeURIComponent(id)}`, signal }).catch(unlessMissing);
    },
    async deleteAsset(id, { signal }) {
      await ask({ method: 'DELETE', path: `/v3/assets/${encodeURIComponent(id)}`, signal }).catch(unlessMissing);
    },
    async looks({ signal }) {
      const looks: HeyGenLook[] = [];
      await walk('/v3/avatars/looks', signal, (element) => {
        const look = readLook(element);
        if (look !== undefined) looks.push(look);
        return false;
      });
      return looks;
    },
    async account({ signal }) {
      const { data } = await ask({ method: 'GET', path: '/v3/users/me', signal });
      return readAccount(data);
    },
  };
}

function unlessMissing(error: unknown): void {
  if (toAppError(error).kind !== 'unsupported') throw error;
}
