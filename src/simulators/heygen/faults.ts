import { jsonAnswer, TRANSPORT_FAULTS, type SimulatedAnswer, type SimulatedRequest } from '../http-simulator.ts';

/** Which request a fault waits for; `any` is met by the next one. */
type Place = 'any' | 'upload' | 'create' | 'status' | 'file';

const OWN_FAULTS = {
  unauthorized: ['any', '401 unauthorized: the key is refused.'],
  'error-500': ['any', '500 in the vendor’s JSON.'],
  'error-503': ['any', '503 with a web page, as from a proxy before the vendor.'],
  'rate-limited': ['create', '429 too many videos at once, with a Retry-After of 7 seconds.'],
  'insufficient-credit': ['create', '402 insufficient_credit when the video is asked for.'],
  'payment-at-poll': ['create', 'The video is accepted and fails later with MOVIO_PAYMENT_INSUFFICIENT_CREDIT.'],
  'payment-with-video': ['create', 'The same, beside the status completed and a watermarked video.'],
  'render-failed': ['create', 'The video is accepted and fails later with script_too_long.'],
  'render-failed-passing': ['create', 'The video is accepted and fails later with download_failed.'],
  'captions-missing': ['create', 'The video is finished without a version that has captions.'],
  'webhook-missing': ['create', 'Nobody is told when the video has ended.'],
  'webhook-early': [
    'create',
    'The end of the video is told before the answer to its creation, and again when it has ended.',
  ],
  'webhook-twice': ['create', 'The end of the video is told twice, with one event id.'],
  'webhook-unsigned': ['create', 'The delivery is signed with another secret.'],
  'webhook-stale': ['create', 'The delivery bears the time of an hour ago.'],
  'webhook-false': ['create', 'The delivery says that the video has failed, and it has not.'],
  stuck: ['create', 'The video is accepted and never finished.'],
  'request-in-progress': ['create', '409 request_in_progress, as if the key were being worked on.'],
  'payload-too-large': ['upload', '413 payload_too_large.'],
  'avatar-missing': ['create', '404 avatar_not_found.'],
  retired: ['create', '410 with a web page: this version of the API is no more.'],
  'lost-create': ['create', 'The video is accepted, and the connection ends before the answer.'],
  'unknown-status': ['status', 'A status that is in no documentation.'],
  'malformed-json': ['status', 'A success whose JSON ends half-way.'],
  'expired-url': ['file', '403: the address of the file has expired; the next status brings a fresh one.'],
  'cut-file': ['file', 'The connection ends in the middle of the file.'],
  'truncated-file': ['file', 'A file that is half as long as it should be, told as whole.'],
  'redirected-file': ['file', 'A redirect to an address inside the network.'],
} as const satisfies Readonly<Record<string, readonly [Place, string]>>;

export type HeyGenFault = keyof typeof OWN_FAULTS | keyof typeof TRANSPORT_FAULTS;

export const HEYGEN_FAULTS = {
  ...(Object.fromEntries(Object.entries(OWN_FAULTS).map(([name, [, shows]]) => [name, shows])) as Record<
    keyof typeof OWN_FAULTS,
    string
  >),
  ...TRANSPORT_FAULTS,
};

export function placeOf({ method, path }: Pick<SimulatedRequest, 'method' | 'path'>): Place {
  if (path.endsWith('.mp4')) return 'file';
  if (method === 'POST' && path === '/v3/assets') return 'upload';
  if (method === 'POST' && path === '/v3/videos') return 'create';
  return method === 'GET' && path.startsWith('/v3/videos/') ? 'status' : 'any';
}

export function meetsHeyGenFault(scenario: HeyGenFault, request: SimulatedRequest): boolean {
  const place = scenario in OWN_FAULTS ? OWN_FAULTS[scenario as keyof typeof OWN_FAULTS][0] : 'any';
  return place === 'any' || place === placeOf(request);
}

/** The answer of a fault that is nothing but an answer. */
export function refusalOf(fault: HeyGenFault | undefined): SimulatedAnswer | undefined {
  switch (fault) {
    case 'unauthorized':
      return heygenRefusal(401, 'unauthorized', 'The API key is not valid.');
    case 'error-500':
      return heygenRefusal(500, 'internal_error', 'Something went wrong.');
    case 'error-503':
      return { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Service Unavailable</h1>' };
    case 'rate-limited':
      return tooManyVideos(7);
    case 'insufficient-credit':
      return heygenRefusal(402, 'insufficient_credit', 'Not enough credits.');
    case 'request-in-progress':
      return heygenRefusal(409, 'request_in_progress', 'A request with this key is being worked on.');
    case 'payload-too-large':
      return heygenRefusal(413, 'payload_too_large', 'The file is too large.');
    case 'avatar-missing':
      return heygenRefusal(404, 'avatar_not_found', 'No such avatar.');
    case 'retired':
      return { status: 410, headers: { 'content-type': 'text/html' }, body: '<h1>Gone</h1>' };
    default:
      return undefined;
  }
}

export function tooManyVideos(seconds: number): SimulatedAnswer {
  const answer = heygenRefusal(429, 'rate_limit_exceeded', 'Too many videos at once.');
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

/** The vendor's error object. */
export function heygenRefusal(status: number, name: string, message: string, param?: string): SimulatedAnswer {
  return jsonAnswer(status, { error: { ['code']: name, message, ...(param !== undefined && { param }) } });
}
