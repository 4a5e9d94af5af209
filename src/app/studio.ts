import { tmpdir } from 'node:os';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { RenderPool } from '../engine/render/render-pool.ts';
import type { PresenterStudio } from '../pipeline/render-presenter.ts';
import { createEngineVideoProvider } from '../video/providers/engine.ts';
import type { VideoProvider } from '../video/video-provider.ts';

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

/** Who makes the picture under this configuration, and the connections to it. */
export async function openStudio(
  config: Config,
  options: { readonly pool: RenderPool; readonly clock: Clock; readonly logger: Logger },
): Promise<{ readonly studio: PresenterStudio; close(): Promise<void> }> {
  const { clock } = options;
  const engine = createEngineVideoProvider(options);
  await using resources = new AsyncDisposableStack();
  const provider = config.videoProvider === 'heygen' ? await openHeyGen(config, { clock, engine, resources }) : engine;
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

/** Loaded only where it is asked for. In mock mode its account is simulated, and its clips are drawn by our engine. */
async function openHeyGen(
  config: Config,
  options: { readonly clock: Clock; readonly engine: VideoProvider; readonly resources: AsyncDisposableStack },
): Promise<VideoProvider> {
  const { clock, engine, resources } = options;
  const [{ createHeyGenVideoProvider }, { createHeyGenApi }, { createHttpClient }, { createDownloader }] =
    await Promise.all([
      import('../video/providers/heygen.ts'),
      import('../video/providers/heygen/heygen-api.ts'),
      import('../net/http-client.ts'),
      import('../net/download.ts'),
    ]);
  const account = config.mockMode
    ? await startAccount({ clock, engine, resources })
    : { baseUrl: config.heygenBaseUrl, apiKey: config.heygenApiKey ?? '' };
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
    // A simulated account charges nothing.
    usdPerSecond: config.mockMode ? 0 : config.heygenUsdPerSecond,
  });
}

async function startAccount(options: {
  readonly clock: Clock;
  readonly engine: VideoProvider;
  readonly resources: AsyncDisposableStack;
}): Promise<{ readonly baseUrl: string; readonly apiKey: string }> {
  const { clock, engine, resources } = options;
  const { startSimulatedHeyGen } = await import('./simulated-heygen.ts');
  const account = await startSimulatedHeyGen({ clock, engine, folder: tmpdir() });
  resources.defer(() => account.simulator.close());
  return account;
}
