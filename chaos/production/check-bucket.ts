import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { failedIn } from '../../src/pipeline/clean-up/report.ts';
import type { ApplicationUnderTest } from './application-under-test.ts';
import type { FinishedJob } from './batch.ts';
import type { PlannedFault } from './fault-queue.ts';
import { ACCOUNT, type Stage } from './stage.ts';

const KEY = /[a-z][a-z0-9-]*\/[0-9a-f]{64}\.[a-z0-9]+/g;

/** What lies in the bucket when all jobs are over, and what the clean-up leaves of that later on: nothing. */
export async function checkBucket(
  jobs: readonly FinishedJob[],
  options: {
    readonly stage: Stage;
    readonly application: Pick<ApplicationUnderTest, 'cleanUp'>;
    /** A storage that answers nothing takes back nothing; what was begun there is for the clean-up. */
    readonly mayLeaveUploads: boolean;
    /** Those that meet the clean-up. */
    readonly faults: readonly PlannedFault[];
  },
): Promise<{ readonly orphans: number; readonly violations: readonly string[] }> {
  const { stage, application, mayLeaveUploads } = options;
  const { s3, bucket } = stage;
  const named = new Set(
    jobs.flatMap(({ job, steps, calls }) => JSON.stringify([job.output, steps, calls]).match(KEY) ?? []),
  );
  // A step or a call that did not come to its end has stored what it could.
  const isCut = jobs.some(
    ({ steps, calls }) =>
      steps.some(({ attempts, status }) => attempts > 1 || status !== 'completed') ||
      calls.some(({ state }) => state !== 'completed'),
  );
  const unnamed = isCut ? [] : [...s3.objects.keys()].filter((key) => !named.has(key));
  const left = mayLeaveUploads ? 0 : await openUploads(s3.url);

  stage.faults.s3.begin(options.faults);
  const failed = failedIn(await application.cleanUp());
  const untold = s3.objects.size - failed;
  stage.faults.s3.clear();
  if (s3.objects.size > 0) await application.cleanUp();
  const remaining = s3.objects.size + (await openUploads(s3.url));
  return {
    orphans: unnamed.length + left + remaining,
    violations: [
      ...bucket.halfFiles.map((key) => `half file: ${key} could be seen with other bytes`),
      ...unnamed.map((key) => `orphan: no job names ${key}`),
      ...(left === 0 ? [] : [`orphan: ${left} uploads in parts were begun and left`]),
      ...(untold === 0 ? [] : [`orphan: the clean-up tells of ${failed} objects that stay, and ${untold + failed} do`]),
      ...(remaining === 0 ? [] : [`orphan: ${remaining} objects or uploads are there after the clean-up`]),
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
