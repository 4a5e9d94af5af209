import { cronExpression, integer } from './variable.ts';
import type { Variable } from './variable.ts';

/** The variables of the clean-up that the server does by itself. */
export const CLEAN_UP_VARIABLES = {
  cleanUpCron: cronExpression('CLEANUP_CRON', {
    section: 'storage',
    default: null,
    description:
      'When the server deletes old files by itself, in its time zone: 0 3 * * * is every night at three. Without it: never.',
  }),
  cleanUpAudioDays: integer('CLEANUP_AUDIO_DAYS', {
    section: 'storage',
    default: 7,
    minimum: 1,
    maximum: 36_500,
    description: 'Days after which it deletes speech that no video is being made of.',
  }),
  cleanUpVideoDays: integer('CLEANUP_VIDEO_DAYS', {
    section: 'storage',
    default: 30,
    minimum: 1,
    maximum: 36_500,
    description:
      'Days after which it deletes videos, posters and captions. Wasabi charges each file for 90 days at least.',
  }),
} as const satisfies Record<string, Variable<unknown>>;
