export type VideoProviderId = 'engine' | 'heygen';

export type VideoAspectRatio = '16:9' | '9:16' | '1:1' | '4:5' | '5:4';

export type VideoCapabilities = {
  readonly aspectRatios: readonly VideoAspectRatio[];
  /** Puts what the request names behind the presenter. */
  readonly backgrounds: boolean;
  /** Has presenters whom only the vendor knows. */
  readonly avatars: boolean;
};

/** What each provider can be asked for. */
export const VIDEO_CAPABILITIES: Readonly<Record<VideoProviderId, VideoCapabilities>> = {
  engine: { aspectRatios: ['16:9'], backgrounds: false, avatars: false },
  heygen: { aspectRatios: ['16:9', '9:16', '1:1', '4:5', '5:4'], backgrounds: true, avatars: true },
};
