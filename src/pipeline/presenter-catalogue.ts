import { toAppError } from '../core/errors.ts';
import { VIDEO_CAPABILITIES, type VideoAspectRatio, type VideoProviderId } from '../video/video-capabilities.ts';

/** Somebody who can present. `id` goes into a request as `presenter`. */
export type Presenter = {
  readonly id: string;
  readonly name: string;
  readonly provider: VideoProviderId;
  /** At the vendor's; null where there is none. */
  readonly previewUrl: string | null;
  readonly aspectRatios: readonly VideoAspectRatio[];
};

export type PresenterCatalogue = {
  readonly presenters: readonly Presenter[];
  /** Providers whose presenters cannot be told for now, and why. */
  readonly missing: readonly { readonly provider: VideoProviderId; readonly code: string; readonly message: string }[];
};

/** What a vendor says of somebody who can present. */
export type VendorPresenter = Pick<Presenter, 'id' | 'name'> & { readonly previewUrl: string | undefined };

/** Everybody who can present here: ours, then those of the vendors. A vendor that does not answer hides nobody else. */
export async function listPresenters(options: {
  readonly ours: readonly Pick<Presenter, 'id' | 'name'>[];
  readonly vendors: Readonly<Partial<Record<VideoProviderId, () => Promise<readonly VendorPresenter[]>>>>;
}): Promise<PresenterCatalogue> {
  const presenters: Presenter[] = options.ours.map(({ id, name }) =>
    toPresenter('engine', { id, name, previewUrl: undefined }),
  );
  const missing: { provider: VideoProviderId; code: string; message: string }[] = [];
  for (const [provider, list] of Object.entries(options.vendors) as [
    VideoProviderId,
    () => Promise<readonly VendorPresenter[]>,
  ][]) {
    try {
      presenters.push(...(await list()).map((presenter) => toPresenter(provider, presenter)));
    } catch (thrown) {
      const { code, message } = toAppError(thrown);
      missing.push({ provider, code, message });
    }
  }
  return { presenters, missing };
}

function toPresenter(provider: VideoProviderId, { id, name, previewUrl }: VendorPresenter): Presenter {
  return {
    id,
    name,
    provider,
    previewUrl: previewUrl ?? null,
    aspectRatios: VIDEO_CAPABILITIES[provider].aspectRatios,
  };
}
