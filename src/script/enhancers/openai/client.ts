import type { OpenAI } from 'openai';
import { fetchBounded } from './bounded-fetch.ts';

/** The client insists on a key; servers that want none ignore it. */
const NO_KEY = 'none';

/** The vendor's client and its module, which knows the errors. It takes a few tenths of a second to load. */
export async function openOpenAiClient(access: {
  readonly baseUrl: string;
  /** Null for a server of one's own that wants none. */
  readonly apiKey: string | null;
  readonly timeoutSeconds: number;
}): Promise<{ readonly client: OpenAI; readonly module: typeof OpenAI }> {
  const { OpenAI: module } = await import('openai');
  const client = new module({
    baseURL: access.baseUrl,
    apiKey: access.apiKey ?? NO_KEY,
    // A paid call is repeated by nobody but the step that pays for it.
    maxRetries: 0,
    timeout: access.timeoutSeconds * 1000,
    fetch: fetchBounded,
    // Otherwise it reads these from the environment, and logs the text that it sends.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
  });
  return { client, module };
}
