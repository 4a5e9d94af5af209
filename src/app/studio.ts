import { tmpdir } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import type { RenderPool } from '../engine/render/render-pool.ts';
import { listPresenters, type PresenterCatalogue } from '../pipeline/presenter-catalogue.ts';
import type { PresenterStudio } from '../pipeline/render-presenter.ts';
import type { StartedHeyGen } from '../simulators/simulated-vendors.ts';
import { createEngineVideoProvider, LOWER_THIRDS } from '../video/providers/engine.ts';
import type { LookList } from '../video/providers/heygen/look-list.ts';
import type { VideoProviderId } from '../video/video-capabilities.ts';
import { videoFailure } from '../video/video-failure.ts';
import type { VideoProvider } from '../video/video-provider.ts';
import { picturePrices } from './picture-prices.ts';
import { watchVideoProvider } from './vendor-watch.ts';

/** Vendors take minutes. */
const SHORTEST_LOOK_MILLISECONDS = 1_000;
const LONGEST_LOOK_MILLISECONDS = 15_000;

/** The largest thing that HeyGen says is a list of avatars. */
const HTTP_LIMITS = {
  connectSeconds: 10,
  // An upload of 30 MB over a slow line.
  headersSeconds: 120,
  bodyGapSeconds: 30,
  totalSeconds: 180,
  responseBytes: 4_000_000,
};

/** Who makes the picture under this configuration. */
export type OpenStudio = {
  readonly studio: PresenterStudio;
  readonly listPresenters: () => Promise<PresenterCatalogue>;
  close(): Promise<void>;
};

type StudioOptions = { readonly pool: RenderPool; readonly clock: Clock; readonly logger: Logger };
type HeyGenAccount = StartedHeyGen['account'];
type HeyGen = { readonly provider: VideoProvider; readonly looks: LookList };

/** Whom a request may name; the first makes what names none. In mock mode the account at HeyGen is simulated. */
export function availableVideoProviders(
  config: Pick<Config, 'mockMode' | 'videoProvider' | 'heygenApiKey'>,
): readonly VideoProviderId[] {
  const all: VideoProviderId[] = config.mockMode || config.heygenApiKey !== null ? ['engine', 'heygen'] : ['engine'];
  return all.toSorted((a, b) => Number(b === config.videoProvider) - Number(a === config.videoProvider));
}

/** Nothing of a vendor is loaded, and nobody is asked, before the first video that the vendor is to make. */
export function openStudio(
  config: Config,
  options: StudioOptions & {
    /** In mock mode, where HeyGen is. */
    readonly simulatedHeyGen: HeyGenAccount | null;
    /** Hears what calls to HeyGen come to. */
    readonly record: VendorRecord;
  },
): OpenStudio {
  const { clock, simulatedHeyGen, record } = options;
  const engine = createEngineVideoProvider(options);
  const resources = new AsyncDisposableStack();
  const hasHeyGen = availableVideoProviders(config).includes('heygen');
  const account = simulatedHeyGen ?? { baseUrl: config.heygenBaseUrl, apiKey: config.heygenApiKey ?? '' };
  let opened: Promise<HeyGen> | undefined;
  const heygen = (): Promise<HeyGen> => (opened ??= openHeyGen(config, { account, clock, record, resources }));
  return {
    studio: {
      async provider(id) {
        if (id === 'engine') return engine;
        if (!hasHeyGen) throw noLongerConfigured();
        return (await heygen()).provider;
      },
      fallback: config.videoFallback === 'engine' ? engine : null,
      remote: {
        clock,
        shortestLookMilliseconds: SHORTEST_LOOK_MILLISECONDS,
        longestLookMilliseconds: LONGEST_LOOK_MILLISECONDS,
        deadlineMilliseconds: config.videoDeadlineMinutes * 60_000,
      },
      limitOf: (name) => config.providerLimits?.[name],
    },
    listPresenters: () =>
      listPresenters({
        ours: Object.entries(LOWER_THIRDS).map(([id, { name }]) => ({ id, name })),
        vendors: hasHeyGen ? { heygen: async () => (await heygen()).looks.all() } : {},
      }),
    close: () => resources.disposeAsync(),
  };
}

function noLongerConfigured(): AppError {
  const reason = 'was asked for this video and is no longer configured: HEYGEN_API_KEY is not set';
  return videoFailure('HeyGen', 'auth', reason);
}

async function openHeyGen(
  config: Config,
  options: {
    readonly account: HeyGenAccount;
    readonly clock: Clock;
    readonly record: VendorRecord;
    readonly resources: AsyncDisposableStack;
  },
): Promise<HeyGen> {
  const { account, clock, record, resources } = options;
  const [
    { createHeyGenVideoProvider },
    { createHeyGenApi },
    { createLookList },
    { createHttpClient },
    { createDownloader },
  ] = await Promise.all([
    import('../video/providers/heygen.ts'),
    import('../video/providers/heygen/heygen-api.ts'),
    import('../video/providers/heygen/look-list.ts'),
    import('../net/http-client.ts'),
    import('../net/download.ts'),
  ]);
  const httpClient = createHttpClient(HTTP_LIMITS);
  // Whoever is reached without TLS stands in our own network, and so do the files.
  const downloader = createDownloader({ allowPrivate: account.baseUrl.startsWith('http:') });
  resources.defer(async () => {
    await Promise.all([httpClient.close(), downloader.close()]);
  });
  const api = createHeyGenApi({ httpClient, ...account });
  const looks = createLookList({ api, clock });
  const provider = createHeyGenVideoProvider({
    api,
    looks,
    downloader,
    avatarId: config.mockMode ? 'default' : config.heygenAvatarId,
    engine: config.heygenEngine === 'default' ? null : config.heygenEngine,
    resolution: config.heygenResolution,
    estimateUsd: picturePrices(config).estimateUsd.heygen,
  });
  return { provider: watchVideoProvider(provider, record), looks };
}

/** Starts the simulator of mock mode, whose clips are drawn by our engine. */
export function createHeyGenStarter(
  config: Pick<Config, 'mockMode'>,
  options: StudioOptions,
): ((port: number | undefined) => Promise<StartedHeyGen>) | undefined {
  if (!config.mockMode) return undefined;
  return async (port) => {
    const { startSimulatedHeyGen } = await import('./simulated-heygen.ts');
    const engine = createEngineVideoProvider(options);
    const { simulator, ...account } = await startSimulatedHeyGen({
      clock: options.clock,
      engine,
      folder: tmpdir(),
      port,
    });
    return { simulator, account };
  };
}
