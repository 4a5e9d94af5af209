import { startComposer } from './composer.ts';
import { byId } from './elements.ts';
import { followVideo, isFinal } from './follow-video.ts';
import { createRecent } from './recent.ts';
import { readSettings } from './settings.ts';
import { createStage } from './stage.ts';

/** The page: a script on the left, its video on the right. The address names the video, so a reload comes back to it. */
function start(): void {
  const recent = createRecent();
  const stage = createStage({ onAgain: () => leaveVideo() });
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
        else if (wasMaking) finish(status.status === 'completed' ? 'Your video is finished.' : 'The video failed.');
      },
      onError: (error) => {
        if (error.problem?.code === 'video_not_found') leaveVideo();
        stage.showTrouble(error.message);
      },
    });
    revealStage();
  };

  const finish = (announcement: string): void => {
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
