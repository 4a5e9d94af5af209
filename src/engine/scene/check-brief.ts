import { AppError } from '../../core/errors.ts';
import type { SceneBrief } from './brief.ts';

const ASPECT_RATIO_TOLERANCE = 0.01;

/**
 * Refuses a brief that cannot be drawn. Messages name the rule and the value, never the script.
 *
 * @throws AppError `invalid_brief`
 */
export function checkBrief(brief: SceneBrief): void {
  const { width, height, frameRate, durationSeconds, captionWords } = brief;
  require(isEvenSize(width) &&
    isEvenSize(height), `width and height are even numbers of pixels; got ${width}x${height}`);
  require(Math.abs(width / height / (16 / 9) - 1) <=
    ASPECT_RATIO_TOLERANCE, `a frame of aspect ratio 16:9 is 16:9; got ${width}x${height}`);
  require(frameRate > 0 && Number.isFinite(frameRate), `frameRate is a positive number; got ${frameRate}`);
  require(durationSeconds > 0 &&
    Number.isFinite(durationSeconds), `durationSeconds is a positive number; got ${durationSeconds}`);
  let earliest = 0;
  let nextWord = 0;
  for (const [index, group] of brief.captionGroups.entries()) {
    require(group.startSeconds >= earliest &&
      group.endSeconds >=
        group.startSeconds, `caption groups follow one another in time; group ${index} runs from ${group.startSeconds} to ${group.endSeconds}` +
      ` seconds and the one before it ends at ${earliest}`);
    earliest = group.endSeconds;
    require(group.lines.length === 1 ||
      group.lines.length === 2, `a caption group has one or two lines; group ${index} has ${group.lines.length}`);
    for (const line of group.lines) {
      require(line.firstWord >= nextWord &&
        line.lastWord >= line.firstWord &&
        line.lastWord <
          captionWords.length, `caption lines hold words in order out of ${captionWords.length}; group ${index} has a line from` +
        ` ${line.firstWord} to ${line.lastWord}`);
      nextWord = line.lastWord + 1;
    }
  }
}

function isEvenSize(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value % 2 === 0;
}

function require(holds: boolean, rule: string): void {
  if (holds) return;
  throw new AppError({ code: 'invalid_brief', kind: 'invalid_input', message: `In a scene brief, ${rule}.` });
}
