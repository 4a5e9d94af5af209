import { toAppError } from '../../../core/errors.ts';
import type { HttpClient } from '../../../net/http-client.ts';
import { speechFailure, transportFailure } from '../../speech-failure.ts';
import { openAiSpeechError } from './error-answer.ts';

/** Copies of the vendor need not list their models, and a key may be restricted so that it must not; the key is good then. */
const LISTS_NONE: ReadonlySet<number> = new Set([403, 404, 405, 501]);

/**
 * The models that the speech server lists, which costs nothing; null when it lists none. Throws AppErrors as the provider does,
 * with `vendor` as who failed.
 */
export async function listSpeechModels(
  access: { readonly baseUrl: string; readonly apiKey: string },
  {
    vendor,
    httpClient,
    signal,
  }: { readonly vendor: string; readonly httpClient: HttpClient; readonly signal: AbortSignal },
): Promise<readonly string[] | null> {
  try {
    const response = await httpClient.send({
      method: 'GET',
      url: `${access.baseUrl.replace(/\/+$/, '')}/models`,
      headers: { authorization: `Bearer ${access.apiKey}`, accept: 'application/json' },
      signal,
    });
    if (LISTS_NONE.has(response.status)) return null;
    if (response.status !== 200) throw openAiSpeechError(vendor, response);
    return readModels(vendor, response.bytes);
  } catch (thrown) {
    throw toAppError(transportFailure(vendor, thrown));
  }
}

function readModels(vendor: string, bytes: Uint8Array): readonly string[] {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (thrown) {
    throw speechFailure(vendor, 'protocol', 'must list its models in JSON, and did not', { cause: thrown });
  }
  const { data } = Object(body) as { readonly data?: unknown };
  if (!Array.isArray(data)) throw speechFailure(vendor, 'protocol', 'must list its models, and did not');
  return (data as unknown[]).flatMap((model) => {
    const { id } = Object(model) as { readonly id?: unknown };
    return typeof id === 'string' ? [id] : [];
  });
}
