import { ApiError, cancelVideo, retryVideo, type VideoStatus } from './api.ts';
import { startComposer } from './composer.ts';
import { byId } from './elements.ts';
import { followVideo, isFinal } from './follow-video.ts';
import { createRecent } from './recent.ts';
import { readSettings } from './settings.ts';
import { createStage } from './stage.ts';

const ENDINGS: Partial<Record<VideoStatus['status'], string>> = {
  completed: 'Your video is finished.',
  failed: 'The video failed.',
  cancelled: 'The video was cancelled.',
};

/** The page: a script on the left, its video on the right. The address names the video, so a reload comes back to it. */
function start(): void {
  const recent = createRecent();
  const stage = createStage({
    onAgain: () => leaveVideo(),
    onCancel: (videoId) => void steer(cancelVideo(videoId)),
    onRetry: (videoId) => void steer(retryVideo(videoId)).then(route),
  });
  /** What cannot be done is said on the stage; whatever could be shows in the video's status. */
  const steer = async (order: Promise<VideoStatus>): Promise<void> => {
    try {
      await order;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      stage.showTrouble(error.message);
    }
  };
  let following = new AbortController();
  let script = '';

  const composer = startComposer({
    settings: readSettings(),
    onScript: (text) => {
      script = text;
      if (videoInAddress() === null) stage.showIdle(script);
    },
    onAccepted: (videoId) => {
      location.hash = videoId;
      void recent.refresh();
    },
  });

  const leaveVideo = (): void => {
    history.pushState(null, '', location.pathname);
    route();
    composer.focus();
  };

  const route = (): void => {
    following.abort();
    following = new AbortController();
    const videoId = videoInAddress();
    if (videoId === null) {
      stage.showIdle(script);
      return;
    }
    let wasMaking = false;
    followVideo(videoId, {
      signal: following.signal,
      onStatus: (status) => {
        stage.showStatus(status);
        if (!isFinal(status.status)) wasMaking = true;
        else if (wasMaking) finish(ENDINGS[status.status]);
      },
      onError: (error) => {
        if (error.problem?.code === 'video_not_found') leaveVideo();
        stage.showTrouble(error.message);
      },
    });
    revealStage();
  };

  const finish = (announcement = ''): void => {
    byId('announcer', HTMLParagraphElement).textContent = announcement;
    void recent.refresh();
  };

  // The address names the video; a jump down the page must not take its place.
  byId('recent-link', HTMLAnchorElement).addEventListener('click', (event) => {
    event.preventDefault();
    byId('recent', HTMLElement).scrollIntoView();
  });
  window.addEventListener('hashchange', route);
  window.addEventListener('popstate', route);
  route();
  void recent.refresh();
}

function videoInAddress(): string | null {
  const name = location.hash.slice(1);
  return /^vid_\w+$/.test(name) ? name : null;
}

/** On a narrow screen the stage lies below the form. */
function revealStage(): void {
  const stage = byId('stage', HTMLDivElement);
  const { top } = stage.getBoundingClientRect();
  if (top >= 0 && top < window.innerHeight * 0.6) return;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' });
}

start();
