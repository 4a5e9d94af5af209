import { sameOrigin } from './api.ts';
import type { VideoStatus } from './api.ts';
import { byId, element, icon } from './elements.ts';
import {
  clockTime,
  fileSize,
  languageName,
  speakerFact,
  remainingTime,
  statusTitle,
  stepTitle,
  timeUntil,
  waitingStepTitle,
  waitingTitle,
} from './wording.ts';

/** The right side of the page: an idle screen, a video in the making, or the finished video. */
export type Stage = {
  showIdle(script: string): void;
  showStatus(status: VideoStatus): void;
  showTrouble(message: string): void;
};

export function createStage(options: {
  readonly onAgain: () => void;
  readonly onCancel: (videoId: string) => void;
  readonly onRetry: (videoId: string) => void;
}): Stage {
  const screen = byId('screen', HTMLDivElement);
  const below = byId('below-screen', HTMLDivElement);
  let shown: { readonly kind: string; readonly update?: (status: VideoStatus) => void } = { kind: 'none' };
  let trouble: HTMLElement | undefined;

  /** Rebuilds the stage only when what it shows changes: a rebuilt player would stop playing. */
  const enter = (kind: string, build: () => ((status: VideoStatus) => void) | undefined): void => {
    trouble?.remove();
    if (shown.kind === kind) return;
    screen.replaceChildren();
    below.replaceChildren();
    screen.className = `screen screen-${kind.split(' ', 1)[0] ?? ''}`;
    const update = build();
    shown = update === undefined ? { kind } : { kind, update };
  };

  return {
    showIdle(script) {
      enter('idle', () => {
        screen.append(...idleScreen());
        return undefined;
      });
      updateIdleCaption(screen, script);
    },
    showStatus(status) {
      if (status.status === 'completed') {
        enter(`done ${status.video_id}`, () => {
          screen.append(player(status));
          below.append(...resultDetails(status, options.onAgain));
          return undefined;
        });
      } else if (status.status === 'failed' || status.status === 'cancelled') {
        enter(`failed ${status.video_id}`, () => {
          screen.append(failure(status));
          const retry = quietButton('Try again', () => options.onRetry(status.video_id));
          below.append(element('div', { class: 'actions' }, retry, quietButton('Edit the script', options.onAgain)));
          return undefined;
        });
      } else {
        enter(`making ${status.video_id}`, () => buildProgress(screen, below, () => options.onCancel(status.video_id)));
        shown.update?.(status);
      }
    },
    showTrouble(message) {
      trouble?.remove();
      trouble = element('p', { class: 'trouble', role: 'status' }, message);
      below.prepend(trouble);
    },
  };
}

const PRESENTER_PICTURE = '/assets/presenter1.webp';

function idleScreen(): readonly HTMLElement[] {
  const caption = element('p', { class: 'idle-caption', dir: 'auto', 'aria-hidden': 'true' });
  const picture = element('img', {
    class: 'backdrop',
    src: PRESENTER_PICTURE,
    alt: 'Amara, the presenter, waits for her script.',
    width: '1280',
    height: '720',
  });
  return [picture, element('div', { class: 'idle' }, caption)];
}

/** The newest words that fit into a caption of two lines. */
const CAPTION_WORDS = 8;
const CAPTION_CHARACTERS = 46;

/** The last words typed, as captions look in the video: the newest one highlighted. */
function updateIdleCaption(screen: HTMLElement, script: string): void {
  const caption = screen.querySelector('.idle-caption');
  if (caption === null) return;
  if (script.trim() === '') {
    caption.replaceChildren('Type a script, and I will ', element('mark', {}, 'say'), ' it.');
    return;
  }
  const words = script.trim().split(/\s+/).slice(-CAPTION_WORDS);
  while (words.length > 1 && words.join(' ').length > CAPTION_CHARACTERS) words.shift();
  const last = (words.pop() ?? '').slice(-CAPTION_CHARACTERS);
  caption.replaceChildren(words.join(' '), words.length === 0 ? '' : ' ', element('mark', {}, last));
}

function buildProgress(screen: HTMLElement, below: HTMLElement, onCancel: () => void): (status: VideoStatus) => void {
  const percent = element('p', { class: 'percent', 'aria-hidden': 'true' });
  const headline = element('p', { class: 'making-title' });
  const eta = element('p', { class: 'eta' });
  const bar = element('progress', { max: '1', value: '0', 'aria-label': 'Progress of the video' });
  screen.append(element('div', { class: 'making' }, headline, percent, bar, eta));
  const list = element('ol', { class: 'steps' });
  const cancel = quietButton('Cancel', () => {
    cancel.disabled = true;
    cancel.textContent = 'Cancelling…';
    onCancel();
  });
  below.append(list, element('div', { class: 'actions' }, cancel));
  let announced = '';

  return (status) => {
    const current = status.steps.find((step) => step.status === 'running');
    const { waiting_for: waiting, run_at: runAt } = status;
    const title = headlineOf(status, current);
    headline.textContent = title;
    percent.replaceChildren(String(Math.floor(status.progress * 100)), element('span', {}, '%'));
    bar.value = status.progress;
    const verb = waiting?.reason === 'schedule' ? 'Begins' : 'Goes on';
    if (waiting !== null && runAt !== null) eta.textContent = `${verb} ${timeUntil(runAt, Date.now())}`;
    else eta.textContent = status.eta_seconds === null ? (current?.detail ?? ' ') : remainingTime(status.eta_seconds);
    list.replaceChildren(...status.steps.map(stepItem));
    if (announced !== title) byId('announcer', HTMLParagraphElement).textContent = title;
    announced = title;
  };
}

function headlineOf(status: VideoStatus, current: VideoStatus['steps'][number] | undefined): string {
  if (status.waiting_for !== null) return waitingTitle(status.waiting_for);
  return current === undefined ? statusTitle(status.status) : stepTitle(current.name);
}

function stepItem(step: VideoStatus['steps'][number]): HTMLLIElement {
  const done = step.status === 'completed';
  const text = step.status === 'pending' ? waitingStepTitle(step.name) : stepTitle(step.name);
  const spoken = {
    pending: 'waiting',
    running: 'in progress',
    completed: 'done',
    failed: 'failed',
    interrupted: 'paused',
  };
  return element(
    'li',
    { class: `step step-${step.status}` },
    element('span', { class: 'step-mark' }, done ? icon('check') : null),
    element('span', {}, text, element('span', { class: 'visually-hidden' }, `, ${spoken[step.status]}`)),
    step.detail === null || step.status !== 'running' ? null : element('span', { class: 'step-detail' }, step.detail),
  );
}

function player(status: VideoStatus): HTMLVideoElement {
  const video = element('video', {
    controls: true,
    playsinline: true,
    preload: 'metadata',
    src: sameOrigin(status.video_url ?? ''),
    'aria-label': status.title ?? 'Your video',
    ...(status.poster_url === null ? {} : { poster: sameOrigin(status.poster_url) }),
  });
  if (status.captions !== null) {
    video.append(
      element('track', {
        kind: 'captions',
        src: sameOrigin(status.captions.vtt_url),
        srclang: status.language,
        label: languageName(status.language),
      }),
    );
  }
  return video;
}

function resultDetails(status: VideoStatus, onAgain: () => void): HTMLElement[] {
  const [rendition] = status.renditions;
  const facts = [
    status.duration_seconds === null ? null : clockTime(status.duration_seconds),
    languageName(status.language),
    rendition === undefined ? null : `${rendition.width} × ${rendition.height}`,
    status.tts === null ? null : speakerFact(status.tts),
  ].filter((fact) => fact !== null);
  return [
    element(
      'div',
      { class: 'result-head' },
      element('h2', { dir: 'auto' }, status.title ?? 'Your video'),
      element('p', { class: 'facts' }, facts.join(' · ')),
    ),
    element(
      'div',
      { class: 'result-actions' },
      downloadLink('MP4', status.video_url, rendition === undefined ? null : fileSize(rendition.bytes), true),
      downloadLink('SRT', status.captions?.srt_url ?? null, null),
      downloadLink('VTT', status.captions?.vtt_url ?? null, null),
      downloadLink('WAV', status.audio_url, null),
      quietButton('Make another', onAgain),
    ),
    ...status.warnings.map((warning) => element('p', { class: 'warning' }, warning)),
  ];
}

function downloadLink(label: string, link: string | null, detail: string | null, isMain = false): HTMLElement {
  if (link === null) return element('span', { hidden: true });
  return element(
    'a',
    { class: isMain ? 'download download-main' : 'download', href: `${sameOrigin(link)}?download=1`, download: true },
    isMain ? icon('download') : null,
    element('span', {}, element('span', { class: 'visually-hidden' }, 'Download '), label),
    detail === null ? null : element('span', { class: 'download-size' }, detail),
  );
}

function failure(status: VideoStatus): HTMLElement {
  const step = status.error?.step;
  return element(
    'div',
    { class: 'failure', role: 'alert' },
    element('span', { class: 'failure-mark' }, icon('cross')),
    element(
      'p',
      { class: 'making-title' },
      status.status === 'cancelled' ? 'Cancelled' : 'This video did not work out',
    ),
    element('p', { class: 'failure-reason' }, status.error?.message ?? 'It was stopped before it was finished.'),
    step ? element('p', { class: 'failure-step' }, `${stepTitle(step)} · ${status.error?.code ?? ''}`) : null,
  );
}

function quietButton(label: string, onClick: () => void): HTMLButtonElement {
  return element('button', { class: 'button-quiet', type: 'button', onclick: onClick }, label);
}
