import { openS3Store } from '../../src/storage/stores/s3.ts';
import { BENCH_ACCOUNT } from '../support/bench-account.ts';

export type UploadAsked = { readonly key: string; readonly filePath: string };
export type UploadMeasured = { readonly seconds: number; readonly growthBytes: number };

const SAMPLE_MILLISECONDS = 5;

const [endpoint = ''] = process.argv.slice(2);
const store = openS3Store({ ...BENCH_ACCOUNT, endpoint });
const { signal } = new AbortController();
await store.check(signal);
let firstRssBytes: number | undefined;
process.on('message', (asked: UploadAsked) => {
  void measure(asked).then((measured) => process.send?.(measured));
});
process.on('disconnect', () => store.close());
process.send?.('ready');

async function measure({ key, filePath }: UploadAsked): Promise<UploadMeasured> {
  // Otherwise the object would be found there.
  await store.delete(key);
  // The first upload's, so that what a later one keeps is counted as growth.
  const before = (firstRssBytes ??= process.memoryUsage.rss());
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE_MILLISECONDS);
  const startedAt = performance.now();
  await store.putFile(key, filePath, { signal });
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(sampling);
  return { seconds, growthBytes: Math.max(most, process.memoryUsage.rss()) - before };
}
