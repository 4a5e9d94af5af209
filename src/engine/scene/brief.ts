import type { Alignment } from '../../media/alignment.ts';
import type { EnergyEnvelope } from '../../media/energy.ts';

export type TemplateId = 'presenter1';
export type PresenterId = 'amara';
export type AspectRatio = '16:9';

/** A word as the user wrote it, and when it is heard. */
export type CaptionWord = {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** True when the original text has no space before this word (Chinese, Japanese, or after a hyphen). */
  readonly joinsPrevious: boolean;
  /** True when a sentence ends with this word. */
  readonly endsSentence: boolean;
};

/** A line of a caption: a run of `captionWords`, both ends included. */
export type CaptionLine = { readonly firstWord: number; readonly lastWord: number };

/** What is on screen together. Groups are in order and do not overlap in time; every line has at least one word. */
export type CaptionGroup = {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** One or two lines, in reading order. */
  readonly lines: readonly CaptionLine[];
};

/** All that a scene is drawn from. Plain data: it crosses to render workers. */
export type SceneBrief = {
  readonly template: TemplateId;
  readonly presenter: PresenterId;
  readonly aspectRatio: AspectRatio;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly durationSeconds: number;
  readonly language: string;
  readonly title: string;
  readonly lowerThird: { readonly name: string; readonly role: string };
  readonly captions: { readonly burned: boolean; readonly style: 'highlight' };
  readonly captionWords: readonly CaptionWord[];
  /** Empty when nothing is to be burned in. */
  readonly captionGroups: readonly CaptionGroup[];
  readonly alignment: Alignment;
  readonly energy: EnergyEnvelope;
  readonly seed: number;
};
