import type { VideoStatus } from './api.ts';

type StepWords = { readonly title: string; readonly waiting: string };

/** The steps of a video in a viewer's words. */
const STEP_WORDS: Readonly<Record<string, StepWords>> = {
  script: { title: 'Reading the script', waiting: 'Read the script' },
  speech: { title: 'Speaking', waiting: 'Speak' },
  audio: { title: 'Mixing the sound', waiting: 'Mix the sound' },
  render: { title: 'Drawing the presenter', waiting: 'Draw the presenter' },
  check: { title: 'Checking the video', waiting: 'Check the video' },
  publish: { title: 'Storing the files', waiting: 'Store the files' },
};

export function stepTitle(name: string): string {
  return STEP_WORDS[name]?.title ?? sentenceCase(name.replaceAll(/[_-]+/g, ' '));
}

export function waitingStepTitle(name: string): string {
  return STEP_WORDS[name]?.waiting ?? stepTitle(name);
}

export function statusTitle(status: VideoStatus['status']): string {
  const titles: Readonly<Record<VideoStatus['status'], string>> = {
    queued: 'Waiting for its turn',
    running: 'In the making',
    waiting: 'Waiting for its time',
    completed: 'Finished',
    failed: 'Did not work out',
    cancelled: 'Cancelled',
  };
  return titles[status];
}

const WAITING_TITLES: Readonly<Record<NonNullable<VideoStatus['waiting_for']>['reason'], string>> = {
  schedule: 'Waiting for its time',
  retry: 'Something failed; trying again soon',
  provider_busy: 'Waiting for a free place',
  provider_works: 'In the making elsewhere',
};

export function waitingTitle({ reason }: NonNullable<VideoStatus['waiting_for']>): string {
  return WAITING_TITLES[reason];
}

/** When something is to happen: soon in words, later as a time of day, much later with its date. */
export function timeUntil(runAt: string, now: number): string {
  const seconds = (Date.parse(runAt) - now) / 1000;
  if (seconds < 5) return 'in a moment';
  if (seconds < 90) return `in about ${Math.ceil(seconds / 5) * 5} seconds`;
  const time = new Date(runAt);
  const day = seconds < 12 * 3600 ? {} : ({ day: 'numeric', month: 'long' } as const);
  return `at ${time.toLocaleString('en', { hour: 'numeric', minute: '2-digit', ...day })}`;
}

/** "must be at most 3000 characters" and 3001 become a sentence. */
export function ruleSentence(rule: string, value: string | number | boolean | null): string {
  const sentence = sentenceCase(rule);
  return value === null || value === '' ? `${sentence}.` : `${sentence}; this is ${String(value)}.`;
}

/** Seconds as `0:42`; whole seconds that have passed, as players count. */
export function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Remaining time in steps that do not flicker. */
export function remainingTime(seconds: number): string {
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 30) / 2;
  return minutes === 1 ? 'about a minute left' : `about ${minutes} minutes left`;
}

export function fileSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function timeAgo(timestamp: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(timestamp)) / 1000);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}

export function languageName(tag: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
}

const VOICES: Readonly<Record<string, string>> = {
  vibevoice: 'VibeVoice',
  elevenlabs: 'ElevenLabs',
  'openai-speech': 'OpenAI-compatible speech',
  offline: 'the built-in voice',
};

/** Who speaks in a finished video. */
export function speakerFact(tts: NonNullable<VideoStatus['tts']>): string {
  const names = tts.provider.split('+').map((provider) => VOICES[provider] ?? provider);
  return `Spoken by ${names.join(' and ')}${tts.fallback_used ? ', standing in' : ''}`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
