import { ApiError, listVideos, sameOrigin } from './api.ts';
import type { JobSummary } from './api.ts';
import { byId, element, icon } from './elements.ts';
import { clockTime, statusTitle, timeAgo } from './wording.ts';

const PAGE_SIZE = 8;

/** The list of videos, newest first, a page at a time. */
export function createRecent(): { refresh(): Promise<void> } {
  const section = byId('recent', HTMLElement);
  const cards = byId('cards', HTMLUListElement);
  const more = byId('more', HTMLButtonElement);
  const link = byId('recent-link', HTMLAnchorElement);
  let shown = PAGE_SIZE;
  let cursor: string | null = null;

  const load = async (): Promise<void> => {
    const jobs: JobSummary[] = [];
    cursor = null;
    try {
      do {
        const page = await listVideos({ limit: Math.min(100, shown - jobs.length), cursor });
        jobs.push(...page.jobs);
        cursor = page.next_cursor;
      } while (jobs.length < shown && cursor !== null);
    } catch (error) {
      // The list is a convenience: what is on the page stays, and the next refresh tries again.
      if (error instanceof ApiError) return;
      throw error;
    }
    section.hidden = link.hidden = jobs.length === 0;
    more.hidden = cursor === null;
    cards.replaceChildren(...jobs.map((job) => element('li', {}, card(job))));
  };

  more.addEventListener('click', () => {
    const firstNew = cards.childElementCount;
    shown += PAGE_SIZE;
    void load().then(() => cards.children[firstNew]?.querySelector('a')?.focus());
  });
  return { refresh: load };
}

function isOver(status: JobSummary['status']): boolean {
  return status === 'failed' || status === 'cancelled';
}

function card(job: JobSummary): HTMLAnchorElement {
  const isDone = job.status === 'completed';
  const title = job.title ?? 'Untitled video';
  const note = isDone ? timeAgo(job.created_at, Date.now()) : statusTitle(job.status);
  return element(
    'a',
    { class: `card card-${job.status}`, href: `#${job.video_id}` },
    element(
      'span',
      { class: 'thumb' },
      job.poster_url === null ? null : element('img', { src: sameOrigin(job.poster_url), alt: '', loading: 'lazy' }),
      isDone
        ? element('span', { class: 'thumb-play' }, icon('play'))
        : element('span', { class: 'thumb-state' }, isOver(job.status) ? icon('cross') : null),
      job.duration_seconds === null ? null : element('span', { class: 'thumb-time' }, clockTime(job.duration_seconds)),
    ),
    element('span', { class: 'card-title', dir: 'auto' }, title),
    element('span', { class: 'card-note' }, note),
  );
}
