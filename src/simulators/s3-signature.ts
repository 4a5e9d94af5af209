import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { s3Error } from './s3-answers.ts';
import type { S3Answer, S3Request } from './s3-answers.ts';

export type S3Account = { readonly accessKey: string; readonly secretKey: string; readonly region: string };

const MOST_SKEW_MILLISECONDS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 604_800;
const ALGORITHM = 'AWS4-HMAC-SHA256';

type Claim = {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** `20260131T120000Z` */
  readonly date: string;
  readonly payloadHash: string;
  readonly query: URLSearchParams;
  readonly expiresSeconds: number | undefined;
};

/**
 * Signature Version 4, in the header or in the query, as AWS's reference describes it; not a line of it is the SDK's. The
 * refusal of a request whose signature, key, region, time, expiry or body is not right; undefined for one that is.
 */
export function refusalOfSignature(request: S3Request, account: S3Account, now: number): S3Answer | undefined {
  const claim = claimOf(request);
  if (claim === undefined) return s3Error(403, 'AccessDenied', 'Access Denied.');
  const [accessKey = '', day = '', region = '', service = '', terminator = ''] = claim.credential.split('/');
  if (accessKey !== account.accessKey) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    return s3Error(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: accessKey });
  }
  if (region !== account.region) {
    const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${account.region}'`;
    return s3Error(400, 'AuthorizationHeaderMalformed', message);
  }
  const signedAt = timeOf(claim.date);
  if (claim.expiresSeconds === undefined) {
    if (!(Math.abs(now - signedAt) <= MOST_SKEW_MILLISECONDS)) {
      return s3Error(
        403,
        'RequestTimeTooSkewed',
        'The difference between the request time and the server time is too large.',
      );
    }
  } else {
    if (!(claim.expiresSeconds >= 1 && claim.expiresSeconds <= LONGEST_PRESIGNED_SECONDS)) {
      return s3Error(400, 'AuthorizationQueryParametersError', 'X-Amz-Expires must be from 1 to 604800 seconds.');
    }
    if (!(now < signedAt + claim.expiresSeconds * 1000)) return s3Error(403, 'AccessDenied', 'Request has expired');
  }
  const scope = [day, region, service, terminator].join('/');
  const canonical = canonicalRequest(request, claim);
  const text = [ALGORITHM, claim.date, scope, sha256(canonical)].join('\n');
  let key: Buffer = hmac(`AWS4${account.secretKey}`, day);
  for (const part of [region, service, terminator]) key = hmac(key, part);
  if (!isEqual(hmac(key, text).toString('hex'), claim.signature)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    return s3Error(403, 'SignatureDoesNotMatch', message, {
      AWSAccessKeyId: accessKey,
      StringToSign: text,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    });
  }
  const isHashed = /^[0-9a-f]{64}$/.test(claim.payloadHash);
  if (isHashed && claim.payloadHash !== request.body.sha256) {
    return s3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return undefined;
}

function claimOf({ headers, query }: S3Request): Claim | undefined {
  if (query.get('X-Amz-Algorithm') === ALGORITHM) {
    const signed = new URLSearchParams(query);
    signed.delete('X-Amz-Signature');
    return {
      credential: query.get('X-Amz-Credential') ?? '',
      signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
      signature: query.get('X-Amz-Signature') ?? '',
      date: query.get('X-Amz-Date') ?? '',
      payloadHash: query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
      query: signed,
      expiresSeconds: Number(query.get('X-Amz-Expires')),
    };
  }
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/;
  const [, credential, signedHeaders, signature] = pattern.exec(headers['authorization'] ?? '') ?? [];
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return {
    credential,
    signedHeaders,
    signature,
    date: headers['x-amz-date'] ?? '',
    payloadHash: headers['x-amz-content-sha256'] ?? '',
    query,
    expiresSeconds: undefined,
  };
}

function canonicalRequest({ method, path, headers }: S3Request, claim: Claim): string {
  const query = [...claim.query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const lines = claim.signedHeaders
    .split(';')
    .map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`);
  return [method, path, query, lines.join(''), claim.signedHeaders, claim.payloadHash].join('\n');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.codePointAt(0)?.toString(16).toUpperCase()}`,
  );
}

/** NaN for what is no such time. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
