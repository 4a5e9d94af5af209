import type { ProviderCall } from '../jobs/provider-call.ts';
import type { VideoOperation } from '../video/video-provider.ts';
import type { PresenterStudio } from './render-presenter.ts';

/** Nothing but its videos goes on without us. */
const VENDOR = 'heygen';

/** Calls a vendor's video off. One that was finished meanwhile is charged, and deleted all the same. */
export async function callOffRender(
  { provider: name, reference, estimatedUsd }: ProviderCall,
  { studio, signal }: { readonly studio: Pick<PresenterStudio, 'provider'>; readonly signal: AbortSignal },
): Promise<{ readonly costUsd: number } | undefined> {
  if (name !== VENDOR || reference === null) return undefined;
  const provider = await studio.provider(VENDOR);
  const operation: VideoOperation = { provider: VENDOR, reference };
  const status = await provider.status(operation, { signal });
  await provider.cancel(operation);
  return { costUsd: status.state === 'completed' ? (status.costUsd ?? estimatedUsd) : 0 };
}
