import { ApiError, getVideo } from './api.ts';
import type { VideoStatus } from './api.ts';

/** The journal reports up to four times a second; the whole status is worth asking for about twice. */
const REFRESH_MILLISECONDS = 500;
const POLL_MILLISECONDS = 2000;

export function isFinal(status: VideoStatus['status']): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/**
 * Reports a video's status until it is final or `signal` aborts: woken by the event stream, and by a clock while the
 * stream is interrupted. Reports an error when the video cannot be asked for; it keeps trying unless there is no such video.
 */
export function followVideo(
  videoId: string,
  options: {
    readonly signal: AbortSignal;
    readonly onStatus: (status: VideoStatus) => void;
    readonly onError: (error: ApiError) => void;
  },
): void {
  let stream: EventSource | undefined;
  let pollTimer: number | undefined;
  let refreshTimer: number | undefined;
  let lastRefresh = -Infinity;
  let refreshing = false;

  const stop = (): void => {
    stream?.close();
    clearInterval(pollTimer);
    clearTimeout(refreshTimer);
    pollTimer = refreshTimer = undefined;
  };

  const refresh = async (): Promise<void> => {
    if (refreshing) return schedule();
    refreshing = true;
    lastRefresh = performance.now();
    try {
      const status = await getVideo(videoId);
      if (options.signal.aborted) return;
      options.onStatus(status);
      if (isFinal(status.status)) stop();
      else openStream();
    } catch (error) {
      if (options.signal.aborted || !(error instanceof ApiError)) return;
      options.onError(error);
      if (error.problem?.code === 'video_not_found') stop();
      else startPolling();
    } finally {
      refreshing = false;
    }
  };

  const schedule = (): void => {
    if (refreshTimer !== undefined || options.signal.aborted) return;
    const wait = Math.max(0, lastRefresh + REFRESH_MILLISECONDS - performance.now());
    refreshTimer = setTimeout(() => {
      refreshTimer = undefined;
      void refresh();
    }, wait);
  };

  const startPolling = (): void => {
    pollTimer ??= setInterval(() => void refresh(), POLL_MILLISECONDS);
  };

  const openStream = (): void => {
    if (stream !== undefined) return;
    stream = new EventSource(`/jobs/${encodeURIComponent(videoId)}/events`);
    for (const type of ['status', 'step', 'progress']) stream.addEventListener(type, schedule);
    stream.addEventListener('open', () => {
      clearInterval(pollTimer);
      pollTimer = undefined;
    });
    stream.addEventListener('error', startPolling);
  };

  options.signal.addEventListener('abort', stop, { once: true });
  void refresh();
}
