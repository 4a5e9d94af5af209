import type { Alignment } from '../../media/alignment.ts';

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

/** Loudness of the speech for the jaw and the gestures: one value 0..1 every 10 ms. */
export type EnergyEnvelope = { readonly stepSeconds: number; readonly values: Float32Array };

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
  readonly alignment: Alignment;
  readonly energy: EnergyEnvelope;
  readonly seed: number;
};
