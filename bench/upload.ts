import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { contentKey, hashFile } from '../src/storage/content-key.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult } from './bench-result.ts';
import { BENCH_ACCOUNT } from './support/bench-account.ts';
import { startBenchProcess } from './support/bench-process.ts';
import { median } from './support/median.ts';
import type { UploadAsked, UploadMeasured } from './upload/uploader-process.ts';

const FILE_MEGABYTES = 200;
const MOST_GROWTH_MEBIBYTES = 80;
const LEAST_SPEED_AGAINST_CURL = 0.7;
const MEGABYTE = 1e6;
const run_ = promisify(execFile);

/**
 * A file of 200 MB in parts through our store, in turns with `curl -T` of the same file in one PUT, to the same simulator of S3 in
 * another process, which takes the MD5 of each body and lets its bytes go. Both start as warm as a server that has made a video.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  return withTemporaryFolder(async (folder) => {
    const filePath = join(folder, 'video.mp4');
    await writeFileOf(filePath, FILE_MEGABYTES * MEGABYTE);
    const key = contentKey('videos', await hashFile(filePath, { signal: new AbortController().signal }), 'mp4');
    const bucket = startBenchProcess(join(import.meta.dirname, 'support/bucket-process.ts'), []);
    const { url } = await bucket.receive<{ readonly url: string }>();
    const hasCurl = await run_('curl', ['--version']).then(
      () => true,
      () => false,
    );
    const rounds: { readonly megabytesPerSecond: number; readonly curl: number; readonly growthBytes: number }[] = [];
    const uploader = startBenchProcess(join(import.meta.dirname, 'upload/uploader-process.ts'), [url]);
    await uploader.receive();
    // The first upload of a process, in which its memory grows; a server that has made one is as warm as it stays.
    for (let round = 0; round <= (quick ? 3 : 9); round += 1) {
      const measured = uploader.receive<UploadMeasured>();
      uploader.child.send({ key, filePath } satisfies UploadAsked);
      const { seconds, growthBytes } = await measured;
      const curlSeconds = hasCurl ? await uploadWithCurl(url, filePath) : Number.NaN;
      rounds.push({ megabytesPerSecond: FILE_MEGABYTES / seconds, curl: FILE_MEGABYTES / curlSeconds, growthBytes });
    }
    await Promise.all([uploader.end(), bucket.end()]);
    return report(rounds, hasCurl);
  });
}

function report(
  rounds: readonly { readonly megabytesPerSecond: number; readonly curl: number; readonly growthBytes: number }[],
  hasCurl: boolean,
): BenchResult {
  const warm = rounds.slice(1);
  const ratios = warm.map(({ megabytesPerSecond, curl }) => megabytesPerSecond / curl);
  const growthMebibytes = Math.ceil(Math.max(...rounds.map(({ growthBytes }) => growthBytes)) / 1024 ** 2);
  const megabytesPerSecond = Math.round(median(warm.map((round) => round.megabytesPerSecond)));
  const againstCurl = Number(median(ratios).toFixed(2));
  const isFastEnough = !hasCurl || againstCurl >= LEAST_SPEED_AGAINST_CURL;
  return {
    name: 'upload',
    rows: rounds.map((round, index) => ({
      round: index === 0 ? 'first of the process' : `warm ${index}`,
      'our store, MB/s': Math.round(round.megabytesPerSecond),
      'curl -T, MB/s': hasCurl ? Math.round(round.curl) : '-',
      'against curl': hasCurl ? Number((round.megabytesPerSecond / round.curl).toFixed(2)) : '-',
      'RSS growth, MiB': Math.ceil(round.growthBytes / 1024 ** 2),
    })),
    figures: { growthMebibytes, megabytesPerSecond, ...(hasCurl && { againstCurl }) },
    targets: {
      growthMebibytes: `<= ${MOST_GROWTH_MEBIBYTES}`,
      ...(hasCurl && { againstCurl: `>= ${LEAST_SPEED_AGAINST_CURL}` }),
    },
    pass: growthMebibytes <= MOST_GROWTH_MEBIBYTES && isFastEnough,
    ...(!hasCurl && { skipped: ['the comparison with curl: there is no curl on this machine'] }),
  };
}

async function writeFileOf(filePath: string, bytes: number): Promise<void> {
  const file = await open(filePath, 'w');
  const piece = randomBytes(MEGABYTE);
  for (let written = 0; written < bytes; written += piece.length) await file.write(piece);
  await file.close();
}

/** Seconds, by curl's own account: its start is not counted, as that of our process is not. */
async function uploadWithCurl(endpoint: string, filePath: string): Promise<number> {
  const { accessKey, secretKey, region, bucket } = BENCH_ACCOUNT;
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const command = new PutObjectCommand({ Bucket: bucket, Key: 'by-curl' });
  const address = await getSignedUrl(client, command, { expiresIn: 600 });
  client.destroy();
  const format = '%{http_code} %{time_total}';
  const { stdout } = await run_('curl', ['-sS', '-T', filePath, '-o', join('/', 'dev', 'null'), '-w', format, address]);
  const [status, seconds] = stdout.split(' ');
  if (status !== '200') throw new Error(`curl was answered ${status}.`);
  return Number(seconds);
}
