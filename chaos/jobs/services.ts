import { Client } from 'pg';
import { Redis } from 'ioredis';

export type Servers = { readonly databaseUrl: string; readonly redisUrl: string };

/** The servers that tests may use, or why there are none. */
export function findServers(environment: NodeJS.ProcessEnv): Servers | { readonly missing: string } {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = environment;
  if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl };
  return {
    missing: 'TEST_DATABASE_URL and TEST_REDIS_URL name no PostgreSQL and Redis; scripts/with-services.sh starts both',
  };
}

/** One statement past the code under test. */
export async function askDatabase(databaseUrl: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // A server that is stopped says so on connections that nobody uses.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export async function dropSchema(options: Servers & { readonly schema: string }): Promise<void> {
  await askDatabase(options.databaseUrl, `DROP SCHEMA IF EXISTS ${options.schema} CASCADE`);
}

/** Everything that Redis knows is gone. */
export async function flushRedis(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}
