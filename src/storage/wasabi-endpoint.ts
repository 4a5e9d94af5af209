/** The region whose address has no region in it. */
const MAIN_REGION = 'us-east-1';

const WASABI_HOST = /^s3\.(?:([a-z]{2}(?:-[a-z]+)+-\d+)\.)?wasabisys\.com$/;

/** The region that an address of Wasabi serves; undefined for the address of another service. */
export function regionOfEndpoint(endpoint: string): string | undefined {
  const match = WASABI_HOST.exec(new URL(endpoint).hostname);
  return match === null ? undefined : (match[1] ?? MAIN_REGION);
}

/**
 * Where a region's buckets are. Wasabi answers for a bucket at the address of its own region only, so the general address means
 * that of `region`; any other address is taken as it is.
 */
export function endpointOfRegion(endpoint: string, region: string): string {
  const url = new URL(endpoint);
  const isGeneral = url.hostname === 's3.wasabisys.com';
  if (!isGeneral || region === MAIN_REGION) return endpoint;
  return endpoint.replace(url.hostname, `s3.${region}.wasabisys.com`);
}
