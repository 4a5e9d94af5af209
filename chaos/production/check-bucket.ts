import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import type { FinishedJob } from './batch.ts';
import { ACCOUNT, type Stage } from './stage.ts';

const KEY = /[a-z][a-z0-9-]*\/[0-9a-f]{64}\.[a-z0-9]+/g;

/** What lies in the bucket when all jobs are over: whole objects, and no upload that was begun and left. */
export async function checkBucket(
  jobs: readonly FinishedJob[],
  { stage, mayLoseUploads }: { readonly stage: Stage; readonly mayLoseUploads: boolean },
): Promise<{ readonly orphans: number; readonly violations: readonly string[] }> {
  const { s3, bucket } = stage;
  const named = new Set(
    jobs.flatMap(({ job, steps, calls }) => JSON.stringify([job.output, steps, calls]).match(KEY) ?? []),
  );
  const unnamed = [...s3.objects.keys()].filter((key) => !named.has(key));
  // A step that did not come to its end has stored what it could.
  const isCut = jobs.some(({ steps }) => steps.some(({ attempts, status }) => attempts > 1 || status !== 'completed'));
  const orphans = isCut ? [] : unnamed;
  // A storage that answers nothing takes back nothing; what it has begun is for the clean-up.
  const uploads = mayLoseUploads ? 0 : await openUploads(s3.url);
  return {
    orphans: orphans.length + uploads,
    violations: [
      ...bucket.halfFiles.map((key) => `half file: ${key} could be seen with other bytes`),
      ...orphans.map((key) => `orphan: no job names ${key}`),
      ...(uploads === 0 ? [] : [`orphan: ${uploads} uploads in parts were begun and left`]),
    ],
  };
}

async function openUploads(endpoint: string): Promise<number> {
  const { region, bucket, accessKey: accessKeyId, secretKey: secretAccessKey } = ACCOUNT;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.length;
  } finally {
    client.destroy();
  }
}
