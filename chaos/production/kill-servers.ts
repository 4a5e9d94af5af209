import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createLinks } from '../../src/http/links.ts';
import { describeVideo } from '../../src/http/routes/videos.ts';
import { cleanUp } from '../../src/pipeline/clean-up/clean-up.ts';
import { GENERATE_VIDEO_STEPS } from '../../src/pipeline/generate-video.ts';
import { openS3Store } from '../../src/storage/stores/s3.ts';
import { createRandom } from '../../test/chaos/seeded-random.ts';
import { startServerProcess, type ServerProcess } from '../../test/fixtures/server-process.ts';
import { withTemporaryFolder } from '../../test/fixtures/temporary-folder.ts';
import { postVideo, waitUntilOver } from '../../test/fixtures/video-client.ts';
import type { Arrangement } from './arrangements.ts';
import type { FinishedJob, Studio } from './batch.ts';
import type { BatchSummary } from './batch-summary.ts';
import { checkBucket } from './check-bucket.ts';
import { checkCharges } from './check-charges.ts';
import { checkEnd } from './check-end.ts';
import { checkVideo } from './check-video.ts';
import { COMPLETION } from './ends.ts';
import { SCRIPTS } from './plan.ts';
import { ACCOUNT, openStage } from './stage.ts';
import { ofEachVendor } from './vendors.ts';

/** Everything that is paid: speech without keys, video with them. */
const ARRANGEMENT: Arrangement = {
  name: 'ElevenLabs; HeyGen; a server that is killed',
  environment: {
    VIDEO_PROVIDER: 'heygen',
    VIDEO_FALLBACK: 'none',
    TTS_PROVIDER: 'elevenlabs',
    VIBEVOICE_WS_ENDPOINT: '',
    OPENAI_SPEECH_BASE_URL: '',
    TTS_CACHE_ENABLED: 'False',
  },
  faulty: [],
  speaker: 'elevenlabs',
  secondSpeaker: null,
  maker: 'heygen',
  engineStandsIn: false,
  largeBytes: 0,
};
/** From the start of a server that answers to its end. */
const LONGEST_LIFE_MILLISECONDS = 3_000;
const JOBS = 3;
const LATER_MILLISECONDS = 60 * 24 * 3_600_000;

/** The server itself, as `npm start` runs it, killed at random moments while it makes videos, and judged like all others. */
export async function killServers(
  { voices, drawn }: Studio,
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<BatchSummary> {
  await using resources = new AsyncDisposableStack();
  const random = createRandom(seed);
  const stage = resources.adopt(
    await openStage({ voices, drawn, clock: systemClock, largeBytes: ARRANGEMENT.largeBytes }),
    (it) => it.close(),
  );
  // The vendors stay for as long as anybody asks them.
  return await withTemporaryFolder(async (folder) => {
    const dataFolder = join(folder, 'data');
    const environment = definedOf({
      ...stage.environment,
      ...ARRANGEMENT.environment,
      NODE_OPTIONS: process.env['NODE_OPTIONS'],
    });
    const start = (): Promise<ServerProcess> => startServerProcess({ dataFolder, environment });
    let server = await start();
    try {
      const scripts = new Map<string, string>();
      for (const script of SCRIPTS.slice(0, JOBS)) {
        const { videoId } = await postVideo(server.address, { script, template: 'presenter1', userId: 'chaos' });
        scripts.set(videoId, script);
      }
      for (let kill = 0; kill < kills; kill += 1) {
        await pause(random() * LONGEST_LIFE_MILLISECONDS);
        await server.kill();
        server = await start();
      }
      for (const id of scripts.keys()) {
        await waitUntilOver(`${server.address}/video-status/${id}`).catch((cause: unknown) => {
          throw new Error(`The server says nothing more: ${server.logLines().join(' ')}`, { cause });
        });
      }
      await server.stop();
      return await judge(scripts, { dataFolder, stage, drawn });
    } finally {
      await server.kill();
    }
  });
}

async function judge(
  scripts: ReadonlyMap<string, string>,
  {
    dataFolder,
    stage,
    drawn,
  }: Pick<Studio, 'drawn'> & {
    readonly dataFolder: string;
    readonly stage: Awaited<ReturnType<typeof openStage>>;
  },
): Promise<BatchSummary> {
  const store = openSqliteJournal({ path: join(dataFolder, 'journal.sqlite'), clock: systemClock });
  const objects = openS3Store({ ...ACCOUNT, endpoint: stage.s3.url });
  try {
    const views = { jobs: store, clock: systemClock, links: createLinks(null), workflowSteps: GENERATE_VIDEO_STEPS };
    const jobs: FinishedJob[] = [];
    const violations: string[] = [];
    for (const [id, script] of scripts) {
      const job = await store.get(id);
      if (job === undefined) {
        violations.push('a job is lost');
        continue;
      }
      const [status, steps, calls] = await Promise.all([describeVideo(views, job), store.steps(id), store.calls(id)]);
      const finished = { script, job, status, steps, calls };
      violations.push(...checkEnd(finished, ARRANGEMENT, ENDS), ...(await checkVideo(finished, { stage, drawn })));
      jobs.push(finished);
    }
    await drawn.settled();
    const recorded = ofEachVendor((vendor) => [...stage.requests(vendor)]);
    const charges = await checkCharges(jobs, { stage, recorded, strikes: ofEachVendor(() => new Map()) });
    const later = { now: () => systemClock.now() + LATER_MILLISECONDS };
    const bucket = await checkBucket(jobs, {
      stage,
      application: {
        cleanUp: () =>
          cleanUp({
            jobs: store,
            objects,
            days: { audio: 7, videos: 30 },
            isDryRun: false,
            chargedDays: 0,
            clock: later,
            signal: AbortSignal.timeout(60_000),
          }),
      },
      mayLeaveUploads: true,
      faults: [],
    });
    violations.push(...charges.violations, ...bucket.violations);
    const count = (wanted: string): number => jobs.filter(({ job }) => job.status === wanted).length;
    return {
      arrangement: ARRANGEMENT.name,
      jobs: jobs.length,
      completed: count('completed'),
      stoodIn: 0,
      failed: count('failed'),
      faults: 0,
      unmet: 0,
      charges: charges.charges,
      doubleCharges: charges.doubleCharges,
      uncertainRepeats: charges.uncertainRepeats,
      halfFiles: stage.bucket.halfFiles.length,
      orphans: bucket.orphans,
      violations: violations.map((violation) => `${ARRANGEMENT.name}: ${violation}`),
    };
  } finally {
    objects.close();
    await store.close();
  }
}

/** A call without a key that was cut twice is not sent a third time. */
const ENDS = { ...COMPLETION, mayFailWith: new Set(['uncertain'] as const), codes: [/^speech payment_uncertain$/] };

function definedOf(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
