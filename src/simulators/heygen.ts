import type { Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import {
  HEYGEN_FAULTS,
  heygenRefusal,
  meetsHeyGenFault,
  refusalOf,
  tooManyVideos,
  type HeyGenFault,
} from './heygen/faults.ts';
import { fileOf } from './heygen/multipart-file.ts';
import { readVideoRequest } from './heygen/video-request.ts';
import { SimulatedVideos, type SimulatedCharge, type SimulatedClip, type SimulatedVideo } from './heygen/videos.ts';
import { SimulatedWebhooks, type SimulatedDelivery } from './heygen/webhooks.ts';
import { jsonAnswer, startHttpSimulator, type SimulatedAnswer, type SimulatedRequest } from './http-simulator.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

/** Limits of the documentation. */
const LARGEST_ASSET_BYTES = 32_000_000;
const VIDEOS_AT_ONCE = 10;
const KEY_MILLISECONDS = 24 * 3_600_000;
const KEY = /^[A-Za-z0-9_:.-]{1,255}$/;
const PAGE = 100;
/** Sent again unchanged for the same key. */
type Replay = { readonly at: number; readonly answer: SimulatedAnswer };

export type HeyGenSimulatorOptions = SimulatorOptions & {
  readonly clip: SimulatedClip;
  readonly clock: Clock;
  /** The only key that is accepted. */
  readonly apiKey: string;
  /** Who can present. */
  readonly lookIds: readonly string[];
  /** From the request to the finished video, at least. */
  readonly renderSeconds?: number;
  readonly slowSeconds?: number | undefined;
  /** What the account has left; only told, never charged. */
  readonly balanceUsd?: number;
};

export type HeyGenSimulator = Simulator<HeyGenFault> & {
  readonly charges: readonly SimulatedCharge[];
  /** Of every endpoint. */
  readonly webhookSecret: string;
  readonly deliveries: readonly SimulatedDelivery[];
  /** Ids of what was uploaded and not deleted. */
  assets(): readonly string[];
};

/**
 * HeyGen's API v3: assets, videos with `Idempotency-Key`, looks and the account, as its documentation describes them. Videos
 * are real ones, and their files are served from addresses that can expire.
 */
export async function startHeyGenSimulator(options: HeyGenSimulatorOptions): Promise<HeyGenSimulator> {
  const { clip, clock, renderSeconds = 0, slowSeconds = 30 } = options;
  const webhooks = new SimulatedWebhooks(clock);
  const videos = new SimulatedVideos({ clip, clock, renderSeconds, onEnd: (video) => webhooks.tell(video) });
  const account = new SimulatedAccount(options, videos, webhooks);
  const simulator = await startHttpSimulator<HeyGenFault>({
    port: options.port,
    keptRequests: options.keptRequests,
    faults: new FaultControl(HEYGEN_FAULTS),
    slowSeconds,
    largestBodyBytes: LARGEST_ASSET_BYTES * 2,
    meets: meetsHeyGenFault,
    async answer(request, fault) {
      if (request.path.startsWith('/files/')) return account.file(request, fault);
      const refusal = refusalOf(fault);
      if (refusal !== undefined) return refusal;
      if (request.headers['x-api-key'] !== options.apiKey) return heygenRefusal(401, 'unauthorized', 'Invalid key.');
      return account.answer(request, fault);
    },
  });
  return {
    ...simulator,
    charges: videos.charges,
    webhookSecret: webhooks.secret,
    deliveries: webhooks.deliveries,
    assets: () => account.assetIds(),
    async close() {
      videos.close();
      await webhooks.close();
      await simulator.close();
    },
  };
}

class SimulatedAccount {
  readonly #options: HeyGenSimulatorOptions;
  readonly #videos: SimulatedVideos;
  readonly #webhooks: SimulatedWebhooks;
  readonly #assets = new Map<string, Buffer>();
  #uploads = 0;
  readonly #replays = new Map<string, Replay>();

  constructor(options: HeyGenSimulatorOptions, videos: SimulatedVideos, webhooks: SimulatedWebhooks) {
    this.#options = options;
    this.#videos = videos;
    this.#webhooks = webhooks;
  }

  assetIds(): readonly string[] {
    return [...this.#assets.keys()];
  }

  answer(request: SimulatedRequest, fault: HeyGenFault | undefined): SimulatedAnswer {
    const { method, path } = request;
    const id = /^\/v3\/(?:videos|assets)\/([\w-]+)$/.exec(path)?.[1];
    if (method === 'POST') {
      const make = {
        '/v3/assets': () => this.#upload(request),
        '/v3/videos': () => this.#create(request, fault),
        '/v3/webhooks/endpoints': () => this.#register(request),
      }[path];
      return make === undefined ? missing() : this.#once(request, make);
    }
    if (method === 'GET' && path === '/v3/videos') return this.#list(request);
    if (method === 'GET' && path === '/v3/avatars/looks') return this.#looks();
    if (method === 'GET' && path === '/v3/users/me') return this.#me();
    if (id === undefined) return missing();
    if (method === 'GET' && path.startsWith('/v3/videos/')) return this.#status(id, fault, request);
    if (method === 'DELETE' && this.#videos.delete(id)) return jsonAnswer(200, { data: { id, deleted: true } });
    if (method === 'DELETE' && this.#assets.delete(id)) return jsonAnswer(200, { data: { id, deleted: true } });
    return missing();
  }

  /** Range and all, as a store behind the vendor serves it. */
  file({ path, query, headers }: SimulatedRequest, fault: HeyGenFault | undefined): SimulatedAnswer {
    const [, id = '', kind] = /^\/files\/([\w-]+)\.(mp4|png)$/.exec(path) ?? [];
    const video = this.#videos.get(id);
    const thumbnail = video?.thumbnail;
    if (kind === 'png' && thumbnail !== undefined) {
      return { status: 200, headers: { 'content-type': 'image/png' }, body: thumbnail };
    }
    const isFresh = video !== undefined && Number(query.get('n')) === video.addressNumber;
    if (fault === 'expired-url' && video !== undefined) video.addressNumber += 1;
    if (!isFresh || fault === 'expired-url') return { status: 403, headers: {}, body: 'Request has expired' };
    if (fault === 'redirected-file') return { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' };
    const whole = video.file ?? new Uint8Array();
    const file = fault === 'truncated-file' ? whole.subarray(0, whole.length >> 1) : whole;
    const shared = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes', etag: `"${video.id}"` };
    const from = Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] ?? 0);
    const ending = fault === 'cut-file' ? { ending: 'cut' as const } : {};
    if (from === 0 || from >= file.length) return { status: 200, headers: shared, body: file, ...ending };
    const range = `bytes ${from}-${file.length - 1}/${file.length}`;
    return { status: 206, headers: { ...shared, 'content-range': range }, body: file.subarray(from), ...ending };
  }

  /** One key, one answer, for 24 hours, whatever the body says the second time. */
  #once({ path, headers }: SimulatedRequest, make: () => SimulatedAnswer): SimulatedAnswer {
    const key = headers['idempotency-key'];
    if (key === undefined) return make();
    if (!KEY.test(key)) return heygenRefusal(400, 'invalid_parameter', 'The key is not valid.', 'Idempotency-Key');
    const now = this.#options.clock.now();
    const earlier = this.#replays.get(`${path} ${key}`);
    if (earlier !== undefined && now - earlier.at < KEY_MILLISECONDS) return earlier.answer;
    const answer = make();
    // An answer that was lost on its way arrives when it is sent again.
    const { ending: _ending, ...whole } = answer;
    if (answer.status < 300) this.#replays.set(`${path} ${key}`, { at: now, answer: whole });
    return answer;
  }

  #upload({ bytes, headers }: SimulatedRequest): SimulatedAnswer {
    const file = fileOf(bytes, headers['content-type'] ?? '');
    if (file === undefined) return heygenRefusal(400, 'invalid_parameter', 'A file is required.', 'file');
    if (file.length > LARGEST_ASSET_BYTES) return heygenRefusal(413, 'payload_too_large', 'At most 32 MB.');
    if (file.toString('latin1', 0, 4) !== 'RIFF') return heygenRefusal(400, 'invalid_parameter', 'Not a WAV.', 'file');
    const id = `asset_${(this.#uploads += 1)}`;
    this.#assets.set(id, file);
    const data = { asset_id: id, url: null, mime_type: 'audio/wav', size_bytes: file.length };
    return jsonAnswer(200, { data });
  }

  #create({ body, headers }: SimulatedRequest, fault: HeyGenFault | undefined): SimulatedAnswer {
    const read = readVideoRequest(body, { lookIds: this.#options.lookIds, assets: this.#assets });
    if ('refusal' in read) return read.refusal;
    if (this.#videos.openCount >= VIDEOS_AT_ONCE) return tooManyVideos(5);
    const video = this.#videos.create({ ...read.request, key: headers['idempotency-key'], fault });
    const answer = jsonAnswer(200, { data: { video_id: video.id, status: 'waiting', output_format: 'mp4' } });
    return fault === 'lost-create' ? { ...answer, ending: 'lost' } : answer;
  }

  #register({ body }: SimulatedRequest): SimulatedAnswer {
    let url: unknown;
    try {
      ({ url } = Object(JSON.parse(body)) as { readonly url?: unknown });
    } catch {
      url = undefined;
    }
    if (typeof url !== 'string' || !URL.canParse(url)) {
      return heygenRefusal(400, 'invalid_parameter', 'Not valid.', 'url');
    }
    const createdAt = Math.floor(this.#options.clock.now() / 1000);
    const data = { ...this.#webhooks.register(url), url, events: null, status: 'enabled', created_at: createdAt };
    return jsonAnswer(200, { data });
  }

  #status(id: string, fault: HeyGenFault | undefined, request: SimulatedRequest): SimulatedAnswer {
    const video = this.#videos.get(id);
    if (video === undefined) return missing();
    const data = this.#describe(video, request);
    if (fault === 'unknown-status') return jsonAnswer(200, { data: { ...data, status: 'pondering' } });
    const answer = jsonAnswer(200, { data });
    return fault === 'malformed-json' ? { ...answer, body: (answer.body as string).slice(0, 40) } : answer;
  }

  #list(request: SimulatedRequest): SimulatedAnswer {
    const { query } = request;
    const all = this.#videos.list();
    const from = Number(query.get('token') ?? 0);
    const to = from + Math.min(PAGE, Number(query.get('limit') ?? PAGE));
    const hasMore = to < all.length;
    const data = all.slice(from, to).map((video) => this.#describe(video, request));
    return jsonAnswer(200, { data, has_more: hasMore, next_token: hasMore ? String(to) : null });
  }

  #me(): SimulatedAnswer {
    const { balanceUsd = 100 } = this.#options;
    const data = {
      username: 'simulated',
      billing_type: 'wallet',
      wallet: { remaining_balance: balanceUsd, currency: 'usd' },
    };
    return jsonAnswer(200, { data });
  }

  #looks(): SimulatedAnswer {
    const data = this.#options.lookIds.map((id) => ({
      id,
      name: id.replaceAll('_', ' '),
      // Nobody has drawn them.
      preview_image_url: null,
      supported_api_engines: ['avatar_iii', 'avatar_iv'],
    }));
    return jsonAnswer(200, { data, has_more: false, next_token: null });
  }

  #describe(video: SimulatedVideo, { headers }: SimulatedRequest) {
    const status = this.#videos.statusOf(video);
    const isFinished = status === 'completed';
    const address = isFinished ? `http://${headers['host']}/files/${video.id}` : null;
    const file = address && `${address}.mp4?n=${video.addressNumber}`;
    return {
      id: video.id,
      title: video.title,
      status,
      created_at: Math.floor(video.createdAt / 1000),
      video_url: file,
      captioned_video_url: video.hasCaptions && video.fault !== 'captions-missing' ? file : null,
      thumbnail_url: address && `${address}.png`,
      duration: isFinished ? video.durationSeconds : null,
      failure_code: status === 'failed' || isFinished ? video.failureCode : null,
      failure_message: null,
    };
  }
}

function missing(): SimulatedAnswer {
  return heygenRefusal(404, 'not_found', 'Not found.');
}
