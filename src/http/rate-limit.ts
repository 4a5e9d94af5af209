import rateLimit from '@fastify/rate-limit';
import { HttpError } from './problem.ts';
import type { ContractServer } from './route-context.ts';

const MINUTE_MILLISECONDS = 60_000;

/**
 * Lets routes limit how often one client address (of IPv6: one /64 network) asks them, with `config: perMinute(...)`. Each
 * such route counts on its own, tells `RateLimit-*` in every answer, and answers `rate_limited` above its limit.
 */
export async function allowRateLimits(server: ContractServer): Promise<void> {
  await server.register(rateLimit, {
    global: false,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new HttpError(
        'rate_limited',
        `One address may send at most ${max} of these requests a minute; the next one may come in ${Math.ceil(ttl / 1000)} s.`,
      ),
  });
}

export function perMinute(max: number) {
  return { rateLimit: { max, timeWindow: MINUTE_MILLISECONDS } };
}
