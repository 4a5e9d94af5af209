import { TRANSPORT_FAULTS } from './http-simulator.ts';
import { s3Error } from './s3-answers.ts';
import type { S3Answer, S3Request } from './s3-answers.ts';

/** The codes and their statuses: AWS's list of error responses; the 400 is Wasabi's own. */
const REFUSALS = {
  'slow-down': [503, 'SlowDown', 'Please reduce your request rate.'],
  'rate-limited-400': [400, 'RequestRateLimitExceeded', 'Request rate limit exceeded.'],
  'internal-error': [500, 'InternalError', 'We encountered an internal error. Please try again.'],
  'signature-does-not-match': [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.'],
  'invalid-access-key': [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist.'],
  'access-denied': [403, 'AccessDenied', 'Access Denied.'],
  'clock-skew': [
    403,
    'RequestTimeTooSkewed',
    'The difference between the request time and the server time is too large.',
  ],
  'no-such-bucket': [404, 'NoSuchBucket', 'The specified bucket does not exist.'],
  'wrong-region': [301, 'PermanentRedirect', 'The bucket must be addressed using the specified endpoint.'],
} as const satisfies Readonly<Record<string, readonly [number, string, string]>>;

export const S3_FAULTS = {
  'slow-down': '503 SlowDown: too many requests.',
  'rate-limited-400': 'The same as Wasabi says it: RequestRateLimitExceeded with HTTP 400.',
  'internal-error': '500 InternalError.',
  'signature-does-not-match': '403 SignatureDoesNotMatch: the secret key is wrong.',
  'invalid-access-key': '403 InvalidAccessKeyId: the access key is not known.',
  'access-denied': '403 AccessDenied: the key lacks a right.',
  'clock-skew': '403 RequestTimeTooSkewed: the client’s clock is off.',
  'no-such-bucket': '404 NoSuchBucket.',
  'wrong-region': '301 PermanentRedirect: the bucket is in another region.',
  'reset-mid-part': 'The connection is reset in the middle of an upload. Other requests are answered.',
  'upload-aborted': '404 NoSuchUpload: the multipart upload was aborted meanwhile. Other requests are answered.',
  'complete-fails-in-200': 'CompleteMultipartUpload answers 200 with an error in it, and completes nothing.',
  'complete-unanswered': 'CompleteMultipartUpload does its work, and the connection ends without an answer.',
  'range-ignored': 'A range is answered with 200 and the whole object.',
  'delete-errors': 'DeleteObjects answers 200 with InternalError for every other key.',
  ...TRANSPORT_FAULTS,
} as const;
export type S3Fault = keyof typeof S3_FAULTS;

/** Whether a request is one that the fault is about; it waits for the next one otherwise. */
export function isMetBy(fault: S3Fault, { method, query }: Pick<S3Request, 'method' | 'query'>): boolean {
  switch (fault) {
    case 'reset-mid-part':
      return method === 'PUT';
    case 'upload-aborted':
      return query.has('uploadId') && method !== 'DELETE';
    case 'complete-fails-in-200':
    case 'complete-unanswered':
      return query.has('uploadId') && method === 'POST';
    case 'delete-errors':
      return query.has('delete') && method === 'POST';
    case 'drop-mid-body':
    case 'range-ignored':
      return method === 'GET';
    default:
      return true;
  }
}

export function refusalOfFault(fault: S3Fault): S3Answer | undefined {
  if (!Object.hasOwn(REFUSALS, fault)) return undefined;
  const [status, vendorCode, message] = REFUSALS[fault as keyof typeof REFUSALS];
  return s3Error(status, vendorCode, message);
}
