import { createHash } from 'node:crypto';
import { systemClock } from '../../src/core/clock.ts';
import { startS3Simulator } from '../../src/simulators/s3.ts';
import { BENCH_ACCOUNT } from './bench-account.ts';

/** What the parent may ask for: the requests since it last asked, by kind. */
export type BucketTold = { readonly requests: Readonly<Record<string, number>>; readonly objectCount: number };

/** How many objects of 100 bytes there are from the start, and how old they are; the first of them in `videos`, as a video is. */
const count = Number(process.argv[2] ?? 0);
const ageDays = Number(process.argv[3] ?? 0);

const simulator = await startS3Simulator({ ...BENCH_ACCOUNT, clock: systemClock, keepsBodies: false });
const modifiedAt = Date.now() - ageDays * 24 * 3_600_000;
const bytes = Buffer.alloc(100);
for (let index = 0; index < count; index += 1) {
  const sha256 = createHash('sha256').update(String(index)).digest('hex');
  // Every other one is young.
  simulator.place(`videos/${sha256}.mp4`, { bytes, modifiedAt: index % 2 === 0 ? modifiedAt : Date.now() });
}
let told = 0;
process.on('message', () => {
  const requests: Record<string, number> = {};
  for (const { method, target } of simulator.requests.slice(told)) {
    const query = new URL(target, 'http://bucket').searchParams;
    const about = ['list-type', 'delete', 'uploads', 'uploadId'].find((name) => query.has(name));
    const kind = [method, about].filter((part) => part !== undefined).join(' ');
    requests[kind] = (requests[kind] ?? 0) + 1;
  }
  told = simulator.requests.length;
  process.send?.({ requests, objectCount: simulator.objects.size } satisfies BucketTold);
});
process.on('disconnect', () => void simulator.close());
process.send?.({ url: simulator.url });
