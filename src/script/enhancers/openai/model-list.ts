import { AppError } from '../../../core/errors.ts';
import { openOpenAiClient } from './client.ts';
import { openAiFailure } from './failure.ts';

/** Compatible servers need not list their models, and a key may be restricted so that it must not; the key is good then. */
const LISTS_NONE: ReadonlySet<number> = new Set([403, 404, 405, 501]);

/**
 * The models that the server for scripts lists, which costs nothing; null when it lists none. Throws AppErrors as the enhancer does,
 * with `vendor` as who failed.
 */
export async function listOpenAiModels(
  access: { readonly baseUrl: string; readonly apiKey: string | null },
  {
    vendor,
    timeoutSeconds,
    signal,
  }: { readonly vendor: string; readonly timeoutSeconds: number; readonly signal: AbortSignal },
): Promise<readonly string[] | null> {
  const { client, module } = await openOpenAiClient({ ...access, timeoutSeconds });
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await client.models.list({ signal: AbortSignal.any([signal, deadline]) }).asResponse();
    const { data } = Object(await response.json()) as { readonly data?: unknown };
    if (!Array.isArray(data)) {
      const message = `${vendor} must list its models in JSON, and did not.`;
      throw new AppError({ code: 'enhancer_unreadable', kind: 'protocol', message });
    }
    return (data as unknown[]).flatMap((model) => {
      const { id } = Object(model) as { readonly id?: unknown };
      return typeof id === 'string' ? [id] : [];
    });
  } catch (thrown) {
    if (thrown instanceof module.APIError && LISTS_NONE.has(thrown.status as number) && !isRefusedPlace(thrown))
      return null;
    throw openAiFailure(vendor, thrown, { client: module, signal, deadline });
  }
}

/** 403 as well, and of another kind: nothing will work from here. */
function isRefusedPlace({ code }: { readonly code?: string | null | undefined }): boolean {
  return code === 'unsupported_country_region_territory';
}
