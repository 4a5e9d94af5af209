import type { Config } from '../../config/schema.ts';
import { endpointOfRegion } from '../../storage/wasabi-endpoint.ts';
import { keyEnd, type VendorCheck } from './vendor-check.ts';

const NOT_WRITTEN = 'Nothing was written, because each object is charged for 90 days at Wasabi.';
const NO_UPLOADS = 'The key may not list unfinished uploads (s3:ListBucketMultipartUploads), which the clean-up does.';

/** The bucket for finished files. */
export function checkStorage(config: Config): VendorCheck {
  const { wasabiAccessKey: accessKey, wasabiSecretKey: secretKey } = config;
  const { wasabiBucketName: bucket, wasabiRegion: region } = config;
  const vendor = 'S3 storage';
  const purpose = 'It would keep finished files, which stay in DATA_DIR: WASABI_ACCESS_KEY and WASABI_SECRET_KEY.';
  if (accessKey === null || secretKey === null) return { vendor, purpose, access: null };
  const endpoint = endpointOfRegion(config.wasabiEndpoint, region);
  return {
    vendor,
    purpose,
    access: {
      address: new URL(endpoint).host,
      addressVariable: 'WASABI_ENDPOINT',
      keys: { WASABI_ACCESS_KEY: accessKey, WASABI_SECRET_KEY: secretKey },
      async ask(signal) {
        // The SDK is large, and only those who have a bucket need it.
        const { checkBucketAccess } = await import('../../storage/stores/s3/access-check.ts');
        const settings = { endpoint, region, bucket, accessKey, secretKey };
        const { isEmpty, listsUploads } = await checkBucketAccess(settings, { signal });
        return {
          detail: `It has the bucket ${bucket}${isEmpty ? ', which is empty' : ''} (${region}, ${keyEnd(accessKey)}).`,
          notes: [...(listsUploads ? [] : [NO_UPLOADS]), NOT_WRITTEN],
        };
      },
    },
  };
}
