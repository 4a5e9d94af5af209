import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { toAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { openFileSystemStore } from '../storage/stores/file-system.ts';
import { endpointOfRegion, regionOfEndpoint } from '../storage/wasabi-endpoint.ts';

/** A start does not wait longer for a storage that may come back. */
const CHECK_DEADLINE_MILLISECONDS = 5_000;

/** Wasabi's minimum storage duration: what is deleted earlier is charged for until then. */
const WASABI_CHARGED_DAYS = 90;

/** For how many days the storage that the configuration names charges at least for each object. */
export function chargedDaysOf(
  config: Pick<Config, 'mockMode' | 'wasabiAccessKey' | 'wasabiSecretKey' | 'wasabiEndpoint'>,
): number {
  const isWasabi = namesBucket(config) && regionOfEndpoint(config.wasabiEndpoint) !== undefined;
  return isWasabi ? WASABI_CHARGED_DAYS : 0;
}

function namesBucket(config: Pick<Config, 'mockMode' | 'wasabiAccessKey' | 'wasabiSecretKey'>): boolean {
  return !config.mockMode && config.wasabiAccessKey !== null && config.wasabiSecretKey !== null;
}

export type OpenObjects = { readonly objects: ObjectStore; close(): void };

/**
 * The store that the configuration names: a bucket when its keys are set, else, and always in mock mode, a folder of DATA_DIR.
 * `now` is milliseconds since the epoch. Throws AppError when the folder may not be written to, or when the bucket cannot be
 * used until somebody corrects something; a bucket that only does not answer is a warning.
 */
export async function openObjects(
  config: Config,
  { now, logger }: { readonly now: number; readonly logger: Logger },
): Promise<OpenObjects> {
  const { wasabiAccessKey, wasabiSecretKey, wasabiBucketName, wasabiRegion, wasabiEndpoint } = config;
  if (config.mockMode || wasabiAccessKey === null || wasabiSecretKey === null) {
    return {
      objects: await openFileSystemStore({ folder: join(config.dataDirectory, 'objects'), now }),
      close: () => undefined,
    };
  }
  // The SDK is large, and only those who have a bucket need it.
  const { openS3Store } = await import('../storage/stores/s3.ts');
  const store = openS3Store({
    endpoint: endpointOfRegion(wasabiEndpoint, wasabiRegion),
    region: wasabiRegion,
    bucket: wasabiBucketName,
    accessKey: wasabiAccessKey,
    secretKey: wasabiSecretKey,
  });
  try {
    await store.check(AbortSignal.timeout(CHECK_DEADLINE_MILLISECONDS));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'auth') {
      store.close();
      throw error;
    }
    logger.warn({ err: error }, 'The S3 storage does not answer for now; videos wait for it');
  }
  return { objects: store, close: () => store.close() };
}
