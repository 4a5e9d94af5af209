import { Redis } from 'ioredis';
import { AppError } from '../../../core/errors.ts';

const REFUSED = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR (?:invalid password|AUTH|Client sent AUTH))/;
/** Those that Node names, and what ioredis says itself. */
const LONGEST_REASON = 100;

export type RedisServer = {
  /** Such as `7.0.15`; null when the server does not say. */
  readonly version: string | null;
  /** Such as `noeviction`; null when the server does not say. */
  readonly evictionPolicy: string | null;
};

/**
 * Connects once and asks who answers. Throws AppError `redis_access_refused` (kind `auth`) for a wrong name or password, and
 * `redis_unreachable` (kind `unavailable`) for anything else. Neither message has the password.
 */
export async function checkRedisServer(
  url: string,
  { timeoutMilliseconds, signal }: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
): Promise<RedisServer> {
  const where = `Redis at ${new URL(url).host}`;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMilliseconds,
    commandTimeout: timeoutMilliseconds,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  let failure: unknown;
  redis.on('error', (error) => (failure ??= error));
  const cut = (): void => redis.disconnect();
  signal.addEventListener('abort', cut, { once: true });
  try {
    await redis.connect();
    await redis.ping();
    // Hosted ones may forbid it, and it is needed by nothing but this.
    const facts = await redis.info().catch(() => '');
    return { version: factOf(facts, 'redis_version'), evictionPolicy: factOf(facts, 'maxmemory_policy') };
  } catch (thrown) {
    const causes = [failure, thrown].filter((cause) => cause instanceof Error);
    const refusal = causes.find(({ message }) => REFUSED.test(message));
    if (refusal !== undefined) {
      const message = `${where} refused the user name or the password.`;
      throw new AppError({ code: 'redis_access_refused', kind: 'auth', message, cause: refusal });
    }
    const reason = causes.map((cause) => (cause as NodeJS.ErrnoException).code ?? '').find((code) => code !== '');
    const said = reason === undefined ? 'it does not answer' : reason.slice(0, LONGEST_REASON);
    const message = `${where} cannot be used: ${said}.`;
    throw new AppError({ code: 'redis_unreachable', kind: 'unavailable', message, cause: causes[0] });
  } finally {
    signal.removeEventListener('abort', cut);
    redis.disconnect();
  }
}

function factOf(facts: string, name: string): string | null {
  return new RegExp(String.raw`^${name}:([\w.+-]{1,40})\r?$`, 'm').exec(facts)?.[1] ?? null;
}
