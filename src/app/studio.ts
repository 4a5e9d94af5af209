import { tmpdir } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import type { RenderPool } from '../engine/render/render-pool.ts';
import type { PresenterStudio } from '../pipeline/render-presenter.ts';
import type { StartedHeyGen } from '../simulators/simulated-vendors.ts';
import { createEngineVideoProvider } from '../video/providers/engine.ts';
import type { VideoProvider } from '../video/video-provider.ts';
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

type StudioOptions = { readonly pool: RenderPool; readonly clock: Clock; readonly logger: Logger };
type HeyGenAccount = StartedHeyGen['account'];

/** Who makes the picture under this configuration, and the connections to it. */
export async function openStudio(
  config: Config,
  options: StudioOptions & {
    /** In mock mode, where HeyGen is. */
    readonly simulatedHeyGen: HeyGenAccount | null;
    /** Hears what calls to HeyGen come to. */
    readonly record: VendorRecord;
  },
): Promise<{ readonly studio: PresenterStudio; close(): Promise<void> }> {
  const { clock, simulatedHeyGen, record } = options;
  const engine = createEngineVideoProvider(options);
  await using resources = new AsyncDisposableStack();
  const account = simulatedHeyGen ?? { baseUrl: config.heygenBaseUrl, apiKey: config.heygenApiKey ?? '' };
  const provider =
    config.videoProvider === 'heygen'
      ? watchVideoProvider(await openHeyGen(config, account, resources), record)
      : engine;
  const all = resources.move();
  return {
    studio: {
      provider,
      fallback: provider.isRemote && config.videoFallback === 'engine' ? engine : null,
      remote: {
        clock,
        shortestLookMilliseconds: SHORTEST_LOOK_MILLISECONDS,
        longestLookMilliseconds: LONGEST_LOOK_MILLISECONDS,
        deadlineMilliseconds: config.videoDeadlineMinutes * 60_000,
      },
      limitOf: (name) => config.providerLimits?.[name],
    },
    close: () => all.disposeAsync(),
  };
}

/** Loaded only where it is asked for. */
async function openHeyGen(
  config: Config,
  account: HeyGenAccount,
  resources: AsyncDisposableStack,
): Promise<VideoProvider> {
  const [{ createHeyGenVideoProvider }, { createHeyGenApi }, { createHttpClient }, { createDownloader }] =
    await Promise.all([
      import('../video/providers/heygen.ts'),
      import('../video/providers/heygen/heygen-api.ts'),
      import('../net/http-client.ts'),
      import('../net/download.ts'),
    ]);
  const httpClient = createHttpClient(HTTP_LIMITS);
  // Whoever is reached without TLS stands in our own network, and so do the files.
  const downloader = createDownloader({ allowPrivate: account.baseUrl.startsWith('http:') });
  resources.defer(async () => {
    await Promise.all([httpClient.close(), downloader.close()]);
  });
  return createHeyGenVideoProvider({
    api: createHeyGenApi({ httpClient, ...account }),
    downloader,
    avatarId: config.mockMode ? 'default' : config.heygenAvatarId,
    usdPerSecond: config.heygenUsdPerSecond,
  });
}

/**
 * In mock mode, when HeyGen is to make the picture: starts its simulator, whose clips are drawn by our engine. Loaded only then.
 */
export function createHeyGenStarter(
  config: Config,
  options: StudioOptions,
): ((port: number | undefined) => Promise<StartedHeyGen>) | undefined {
  if (!config.mockMode || config.videoProvider !== 'heygen') return undefined;
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
