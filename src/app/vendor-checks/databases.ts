import type { Config } from '../../config/schema.ts';
import { WrongSettingError, type VendorCheck } from './vendor-check.ts';

/** What Redis may forget would only be a wake-up. */
const SAFE_EVICTION = 'noeviction';

/** The journal that several machines share. */
export function checkPostgres({ databaseUrl }: Config): VendorCheck {
  const vendor = 'PostgreSQL';
  const purpose = 'It would hold the journal, so that several machines can work: DATABASE_URL.';
  if (databaseUrl === null) return { vendor, purpose, access: null };
  return {
    vendor,
    purpose,
    access: {
      address: new URL(databaseUrl).host,
      addressVariable: 'DATABASE_URL',
      keys: {},
      async ask(signal) {
        // Most installations have no PostgreSQL and need not wait for its driver.
        const { checkPostgresServer } = await import('../../sql/drivers/postgres/server-check.ts');
        const { version, isReadOnly, where } = await checkPostgresServer(databaseUrl, { signal });
        if (isReadOnly)
          throw new WrongSettingError(`${where} is a standby and may only be read from: correct DATABASE_URL.`);
        return { detail: `It answers (version ${version}).` };
      },
    },
  };
}

/** What wakes workers on several machines. */
export function checkRedis({ redisUrl }: Config, { timeoutSeconds }: { readonly timeoutSeconds: number }): VendorCheck {
  const vendor = 'Redis';
  const purpose = 'It would wake workers on several machines at once: REDIS_URL.';
  if (redisUrl === null) return { vendor, purpose, access: null };
  return {
    vendor,
    purpose,
    access: {
      address: new URL(redisUrl).host,
      addressVariable: 'REDIS_URL',
      keys: {},
      async ask(signal) {
        const { checkRedisServer } = await import('../../jobs/dispatchers/bullmq/server-check.ts');
        const options = { timeoutMilliseconds: timeoutSeconds * 1000, signal };
        const { version, evictionPolicy } = await checkRedisServer(redisUrl, options);
        const evicts = `It may drop wake-ups (maxmemory-policy ${evictionPolicy}); BullMQ asks for ${SAFE_EVICTION}.`;
        return {
          detail: `It answers${version === null ? '' : ` (version ${version})`}.`,
          notes: evictionPolicy === null || evictionPolicy === SAFE_EVICTION ? [] : [evicts],
        };
      },
    },
  };
}
