import { VIDEO_CAPABILITIES, type VideoAspectRatio, type VideoProviderId } from '../video/video-capabilities.ts';
import type { PresenterBrief, VideoBackground } from '../video/video-provider.ts';
import type { RequestIssue } from './invalid-request.ts';
import { checkName, shorten } from './request-text.ts';

/** Who can make the picture under this configuration, and of what. */
export type PictureRules = {
  /** Those that can be asked; the first makes what names none. */
  readonly videoProviders: readonly VideoProviderId[];
  /** Of our engine. */
  readonly presenters: readonly string[];
  /** What the address of a picture must be, in words that follow "must", and what of it broke the rule; null for nothing. */
  checkImageUrl(url: string): { readonly rule: string; readonly value: string | number } | null;
};

/** The fields of a request that choose the picture. */
export type PictureWish = {
  readonly videoProvider?: VideoProviderId;
  readonly presenter?: string;
  readonly aspectRatio?: VideoAspectRatio;
  readonly background?: { readonly color?: string; readonly imageUrl?: string };
};

export type PictureChoice = {
  readonly videoProvider: VideoProviderId;
  readonly presenter: PresenterBrief['presenter'];
  readonly avatarId: string | null;
  readonly aspectRatio: VideoAspectRatio;
  readonly background: VideoBackground | null;
};

const COLOR = /^#[0-9a-f]{6}$/i;
/** What vendors take for a name of theirs. */
const AVATAR = /^[\w-]{1,200}$/;
const IMAGE_FILE = /\.(?:jpe?g|png)$/i;

/** Every broken rule of the picture that a schema cannot state. */
export function checkPicture(wish: PictureWish, rules: PictureRules): readonly RequestIssue[] {
  const unknown = checkName('videoProvider', 'video_provider_not_configured', wish.videoProvider, rules.videoProviders);
  if (unknown.length > 0) return unknown;
  const provider = providerOf(wish, rules);
  return [
    ...checkPresenter(wish, provider, rules),
    ...checkAspectRatio(wish, provider),
    ...checkBackground(wish, provider, rules),
  ];
}

/** Of a wish that broke no rule. */
export function choosePicture(
  wish: PictureWish,
  rules: PictureRules,
  templatePresenter: PresenterBrief['presenter'],
): PictureChoice {
  const videoProvider = providerOf(wish, rules);
  const isOurs = wish.presenter === undefined || rules.presenters.includes(wish.presenter);
  return {
    videoProvider,
    presenter: isOurs ? ((wish.presenter ?? templatePresenter) as PresenterBrief['presenter']) : templatePresenter,
    avatarId: isOurs ? null : (wish.presenter ?? null),
    aspectRatio: wish.aspectRatio ?? '16:9',
    background: (wish.background as VideoBackground | undefined) ?? null,
  };
}

/** A presenter of ours is drawn by our engine, whoever else makes videos here. */
function providerOf({ videoProvider, presenter }: PictureWish, rules: PictureRules): VideoProviderId {
  if (videoProvider !== undefined) return videoProvider;
  const isOurs = presenter !== undefined && rules.presenters.includes(presenter);
  return isOurs ? 'engine' : (rules.videoProviders[0] ?? 'engine');
}

function checkPresenter(
  { presenter }: PictureWish,
  provider: VideoProviderId,
  rules: PictureRules,
): readonly RequestIssue[] {
  if (presenter === undefined) return [];
  const isOurs = rules.presenters.includes(presenter);
  if (!VIDEO_CAPABILITIES[provider].avatars) {
    return checkName('presenter', 'unknown_presenter', presenter, rules.presenters);
  }
  if (!isOurs && AVATAR.test(presenter)) return [];
  const rule = `must be an avatar of ${provider}, as GET /presenters lists them, where ${provider} makes the video`;
  return [{ pointer: '/presenter', code: 'unknown_presenter', rule, value: shorten(presenter) }];
}

function checkAspectRatio({ aspectRatio }: PictureWish, provider: VideoProviderId): readonly RequestIssue[] {
  const { aspectRatios } = VIDEO_CAPABILITIES[provider];
  if (aspectRatio === undefined || aspectRatios.includes(aspectRatio)) return [];
  const rule = `must be ${aspectRatios.join(', ')} when ${provider} makes the video`;
  return [{ pointer: '/aspectRatio', code: 'unsupported_value', rule, value: aspectRatio }];
}

function checkBackground(
  { background }: PictureWish,
  provider: VideoProviderId,
  rules: PictureRules,
): readonly RequestIssue[] {
  if (background === undefined) return [];
  const { color, imageUrl } = background;
  const pointer = '/background';
  if (!VIDEO_CAPABILITIES[provider].backgrounds) {
    const rule = `must be left out when ${provider} makes the video: it draws a background of its own`;
    return [{ pointer, code: 'unsupported_value', rule, value: shorten(JSON.stringify(background)) }];
  }
  if ((color === undefined) === (imageUrl === undefined)) {
    const rule = 'must have either a color or an imageUrl';
    return [{ pointer, code: 'invalid_value', rule, value: shorten(JSON.stringify(background)) }];
  }
  if (color !== undefined) {
    if (COLOR.test(color)) return [];
    const rule = 'must be a color such as #1d2430';
    return [{ pointer: '/background/color', code: 'invalid_value', rule, value: shorten(color) }];
  }
  return checkImage(imageUrl ?? '', rules);
}

/** A vendor fetches it, and takes what it is from the end of its path. */
function checkImage(imageUrl: string, rules: PictureRules): readonly RequestIssue[] {
  const broken =
    rules.checkImageUrl(imageUrl) ??
    (IMAGE_FILE.test(URL.parse(imageUrl)?.pathname ?? '')
      ? null
      : { rule: 'have a path that ends in .jpg, .jpeg or .png', value: shorten(imageUrl) });
  if (broken === null) return [];
  const { rule, value } = broken;
  return [{ pointer: '/background/imageUrl', code: 'invalid_image_url', rule: `must ${rule}`, value }];
}
