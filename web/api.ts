import type { Accepted, GenerateVideoRequest, JobSummary, Problem, VideoStatus } from '../src/http/contract.ts';

export type { GenerateVideoRequest, JobSummary, Problem, VideoStatus };

/** A refusal or a failure that the server explained, or that kept us from reaching it. */
export class ApiError extends Error {
  readonly problem: Problem | null;

  constructor(message: string, problem: Problem | null) {
    super(message);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

const UNREACHABLE = 'The server cannot be reached. Is it still running?';
const TIMEOUT_MILLISECONDS = 15_000;

async function call<Answer>(address: string, init: RequestInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  } catch {
    throw new ApiError(UNREACHABLE, null);
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body as Answer;
  const problem = body as Problem | null;
  throw new ApiError(problem?.detail ?? `The server answered ${response.status}.`, problem);
}

export function createVideo(request: GenerateVideoRequest): Promise<Accepted> {
  return call<Accepted>('/generate-video', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
}

export function getVideo(videoId: string): Promise<VideoStatus> {
  return call<VideoStatus>(`/video-status/${encodeURIComponent(videoId)}`);
}

/** Asks for it to be stopped; its status tells when it has. */
export function cancelVideo(videoId: string): Promise<VideoStatus> {
  return call<VideoStatus>(`/jobs/${encodeURIComponent(videoId)}/cancel`, { method: 'POST' });
}

/** Has it go on at the step where it ended. */
export function retryVideo(videoId: string): Promise<VideoStatus> {
  return call<VideoStatus>(`/jobs/${encodeURIComponent(videoId)}/retry`, { method: 'POST' });
}

export function listVideos(options: {
  readonly limit: number;
  readonly cursor: string | null;
}): Promise<{ readonly jobs: readonly JobSummary[]; readonly next_cursor: string | null }> {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.cursor !== null) query.set('cursor', options.cursor);
  return call(`/jobs?${query.toString()}`);
}

/** The link on this very host: the server's public address may differ from the one this page was opened at. */
export function sameOrigin(link: string): string {
  const url = new URL(link, location.href);
  return `${url.pathname}${url.search}`;
}
