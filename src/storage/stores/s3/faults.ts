import { AppError, toAppError } from '../../../core/errors.ts';
import type { S3Bucket } from './client.ts';

/** What the SDK throws: the server's error code is its `name`. */
type ServiceFault = Error & {
  readonly $metadata?: { readonly httpStatusCode?: number | undefined; readonly requestId?: string | undefined };
};

const REFUSED_KEYS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'does not know WASABI_ACCESS_KEY: correct it, and WASABI_ENDPOINT if the key belongs elsewhere.',
  SignatureDoesNotMatch: 'finds that WASABI_SECRET_KEY does not belong to WASABI_ACCESS_KEY: correct the secret key.',
  AccessDenied:
    'refuses this key: it must have the rights s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListBucketMultipartUploads, and the account must be in good standing.',
  AccountProblem: 'says that there is a problem with the account: look into its console.',
  RequestTimeTooSkewed: 'finds the clock of this machine more than 15 minutes off: set it.',
};
const OTHER_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** A server that answers against its own protocol, in words that follow "answered". */
export function protocolFault({ endpoint }: Pick<S3Bucket, 'endpoint'>, what: string): AppError {
  const message = `The S3 storage at ${new URL(endpoint).host} answered ${what}.`;
  return new AppError({ code: 'storage_failed', kind: 'storage', message });
}

export function statusOf(thrown: unknown): number | undefined {
  return (thrown as ServiceFault | undefined)?.$metadata?.httpStatusCode;
}

/** True for a 404 that has said that the object is what is missing. A HEAD request's 404 says nothing. */
export function isMissingKey(thrown: unknown): boolean {
  return (thrown as Error | undefined)?.name === 'NoSuchKey';
}

/**
 * What any call came to. `auth` is for what somebody has to correct, so that it is not tried again: keys
 * (`storage_access_refused`), bucket and region (`storage_bucket_missing`). All else is `storage_failed`, which a job tries again
 * later. The message names no key; the cause, for the log, has what the server said.
 */
export function toS3Fault(thrown: unknown, { bucket, endpoint }: S3Bucket, signal?: AbortSignal): AppError {
  if (thrown instanceof AppError) return thrown;
  if (signal?.aborted === true) return toAppError(signal.reason);
  const fault = thrown as ServiceFault;
  const host = new URL(endpoint).host;
  const cause = causeOf(fault);
  const refused = Object.hasOwn(REFUSED_KEYS, fault.name) ? REFUSED_KEYS[fault.name] : undefined;
  if (refused !== undefined || statusOf(fault) === 401 || statusOf(fault) === 403) {
    const message = `The S3 storage at ${host} ${refused ?? REFUSED_KEYS['AccessDenied']}`;
    return new AppError({ code: 'storage_access_refused', kind: 'auth', message, cause });
  }
  if (fault.name === 'NoSuchBucket') {
    const message = `The bucket ${bucket} does not exist at ${host}: create it, or correct WASABI_BUCKET_NAME.`;
    return new AppError({ code: 'storage_bucket_missing', kind: 'auth', message, cause });
  }
  if (OTHER_REGION.has(fault.name) || statusOf(fault) === 301) {
    const message = `The bucket ${bucket} is not in the region that ${host} serves: correct WASABI_REGION and WASABI_ENDPOINT.`;
    return new AppError({ code: 'storage_bucket_missing', kind: 'auth', message, cause });
  }
  const message = `The S3 storage at ${host} ${whatHappened(fault)}.`;
  return new AppError({ code: 'storage_failed', kind: 'storage', message, cause });
}

/** A copy, because the original has what the server sent back with a refusal: the access key, the request, what was signed. */
function causeOf(fault: ServiceFault): Error {
  const { name, message, stack, $metadata } = fault;
  const systemCode = (fault as NodeJS.ErrnoException).code;
  const facts = [systemCode, $metadata?.httpStatusCode, $metadata?.requestId].filter((fact) => fact !== undefined);
  const cause = new Error(`${name}: ${message} (${facts.join(', ')})`);
  if (stack !== undefined) cause.stack = stack;
  return cause;
}

function whatHappened(fault: ServiceFault): string {
  const status = statusOf(fault);
  if (fault.name === 'SlowDown' || fault.name === 'RequestRateLimitExceeded' || status === 429) {
    return 'asks for fewer requests';
  }
  if (status !== undefined && status < 600) return `answered ${status}`;
  return 'cannot be reached, or broke off';
}
