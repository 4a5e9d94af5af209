import type { Config } from '../config/schema.ts';
import { createHttpClient } from '../net/http-client.ts';
import { checkPostgres, checkRedis } from './vendor-checks/databases.ts';
import { checkHeyGen } from './vendor-checks/heygen.ts';
import { checkOpenAi, checkOpenAiSpeech } from './vendor-checks/openai.ts';
import { checkElevenLabs, checkVibeVoice } from './vendor-checks/speech.ts';
import { checkStorage } from './vendor-checks/storage.ts';
import { runVendorCheck, type VendorFinding } from './vendor-checks/vendor-check.ts';

/** A list of looks is the largest answer. */
const LARGEST_ANSWER_BYTES = 4_000_000;

/**
 * Asks every vendor that is configured, all at once, whether its key is good; by free requests only. Never throws, and is done
 * after `deadlineMilliseconds` at the latest. What is not configured is in the answer too.
 */
export async function verifyKeys(
  config: Config,
  { deadlineMilliseconds }: { readonly deadlineMilliseconds: number },
): Promise<readonly VendorFinding[]> {
  const timeoutSeconds = deadlineMilliseconds / 1000;
  const http = createHttpClient({
    connectSeconds: timeoutSeconds,
    headersSeconds: timeoutSeconds,
    bodyGapSeconds: timeoutSeconds,
    totalSeconds: timeoutSeconds,
    responseBytes: LARGEST_ANSWER_BYTES,
  });
  try {
    const checks = [
      checkOpenAi(config, { timeoutSeconds }),
      ...checkVibeVoice(config, { http, timeoutSeconds }),
      checkElevenLabs(config, { http }),
      checkOpenAiSpeech(config, { http }),
      checkHeyGen(config, { http }),
      checkStorage(config),
      checkPostgres(config),
      checkRedis(config, { timeoutSeconds }),
    ];
    return await Promise.all(checks.map((check) => runVendorCheck(check, { deadlineMilliseconds })));
  } finally {
    await http.close();
  }
}
