import { createRandom } from '../../test/chaos/seeded-random.ts';
import type { VideoStatus } from '../../src/http/contract.ts';
import type { ProviderCall } from '../../src/jobs/provider-call.ts';
import type { Job, StepRecord } from '../../src/jobs/job.ts';
import type { MarkedVoices } from '../tts/marked-voices.ts';
import { openApplication } from './application-under-test.ts';
import type { Arrangement } from './arrangements.ts';
import { isSilence } from './causes.ts';
import { checkBucket } from './check-bucket.ts';
import { checkCharges, type ChargeReport } from './check-charges.ts';
import { checkEnd } from './check-end.ts';
import { checkVideo } from './check-video.ts';
import type { DrawnVideos } from './drawn-videos.ts';
import type { AcceptableEnds } from './ends.ts';
import { createFastTime } from './fast-time.ts';
import { isOfCleanUp, type FaultCase, type RecordedCalls } from './fault-cases.ts';
import { PATIENT, type Patience } from './patience.ts';
import type { Sabotage } from './sabotage.ts';
import { openStage } from './stage.ts';
import { ofEachVendor, VENDORS, type Vendor } from './vendors.ts';

/** Jobs that are made side by side by one application, whose vendors have these faults. */
export type Batch = {
  readonly arrangement: Arrangement;
  readonly faults: readonly FaultCase[];
  readonly scripts: readonly string[];
  readonly ends: AcceptableEnds;
  readonly seed: number;
};

/** Everything that is known of a job once it has come to its end. */
export type FinishedJob = {
  readonly script: string;
  readonly job: Job;
  readonly status: VideoStatus;
  readonly steps: readonly StepRecord[];
  readonly calls: readonly ProviderCall[];
};

export type BatchResult = {
  readonly jobs: readonly FinishedJob[];
  readonly recorded: RecordedCalls;
  /** Faults that no request has met. */
  readonly unmet: readonly FaultCase[];
  readonly charges: ChargeReport;
  /** One line for each broken promise. */
  readonly violations: readonly string[];
  readonly halfFiles: number;
  readonly orphans: number;
};

/** Drawings and voices are the same for all. */
export type Studio = { readonly voices: MarkedVoices; readonly drawn: DrawnVideos };

/** How many seconds of the application's clock pass in one. */
const SPEED = 30;
const SHORT_SECONDS = 1;
const SHORT_DEADLINE_SECONDS = 240;
/** Together they may keep a video from coming for longer than anybody waits. */
const SLOW_VIDEOS = new Set(['stuck', 'unknown-status', 'malformed-json', 'error-500', 'error-503', 'unauthorized']);

export async function runBatch(
  batch: Batch,
  { voices, drawn, sabotage = {}, jobSeconds }: Studio & { readonly sabotage?: Sabotage; readonly jobSeconds?: number },
): Promise<BatchResult> {
  const { arrangement, faults, scripts, ends } = batch;
  await using resources = new AsyncDisposableStack();
  const time = createFastTime(SPEED);
  const stage = resources.adopt(
    await openStage({ voices, drawn, clock: time.clock, largeBytes: arrangement.largeBytes }),
    (it) => it.close(),
  );
  for (const vendor of VENDORS) stage.faults[vendor].begin(faults.filter((fault) => fault.vendor === vendor));
  if (arrangement.isSpeakerDown === true)
    stage.faults.vibevoice.begin([{ scenario: 'refuse', position: 1, isLasting: true }]);
  const application = resources.adopt(
    await openApplication({
      environment: { ...stage.environment, ...arrangement.environment },
      time,
      random: createRandom(batch.seed),
      drawn,
      patience: { ...patienceFor(faults), ...(jobSeconds !== undefined && { jobSeconds }) },
      sabotage,
    }),
    (it) => it.close(),
  );
  const violations: string[] = [];
  const submitted = await Promise.all(
    scripts.map(async (script) => ({ script, id: await application.submit(script) })),
  );
  const jobs: FinishedJob[] = [];
  for (const { script, id } of submitted) {
    const status = await application.finished(id);
    const job = await application.store.get(id);
    if (job === undefined || status === undefined) {
      violations.push(
        `a job hangs: ${job?.status ?? 'lost'} in ${job?.step ?? 'no step'} (${job?.waitingFor?.message ?? ''})`,
      );
      continue;
    }
    const [steps, calls] = await Promise.all([application.store.steps(id), application.store.calls(id)]);
    jobs.push({ script, job, status, steps, calls });
  }
  const recorded = ofEachVendor((vendor) => [...stage.requests(vendor)]);
  const strikes = ofEachVendor((vendor) => new Map(stage.faults[vendor].strikes));
  // The oracle asks the vendors as they are on a good day.
  for (const vendor of VENDORS) stage.faults[vendor].clear();
  for (const finished of jobs) {
    violations.push(...checkEnd(finished, arrangement, ends));
    violations.push(...(await checkVideo(finished, { stage, drawn })));
  }
  await drawn.settled();
  const charges = await checkCharges(jobs, { stage, strikes, recorded });
  const bucket = await checkBucket(jobs, {
    stage,
    application,
    faults: faults.filter(isOfCleanUp),
    mayLeaveUploads: faults.some(
      ({ vendor, isLasting, scenario }) => vendor === 's3' && (isLasting || isLostOnTheWay(scenario)),
    ),
  });
  violations.push(...charges.violations, ...bucket.violations);
  return {
    jobs,
    recorded,
    unmet: faults.filter((fault) => !isOfCleanUp(fault) && !strikes[fault.vendor].has(fault.scenario)),
    charges,
    violations,
    halfFiles: stage.bucket.halfFiles.length,
    orphans: bucket.orphans,
  };
}

/** Short only for those whose fault is that they say nothing, or that they do not come to an end. */
function patienceFor(faults: readonly FaultCase[]): Patience {
  const isSilent = (...vendors: readonly Vendor[]): boolean =>
    faults.some(({ vendor, scenario }) => vendors.includes(vendor) && isSilence(scenario));
  const seconds = (patient: number, ...vendors: readonly Vendor[]): number =>
    isSilent(...vendors) ? SHORT_SECONDS : patient;
  const isSlow = faults.some(
    ({ vendor, scenario, isLasting }) =>
      vendor === 'heygen' &&
      (scenario === 'stuck' || (isLasting && (SLOW_VIDEOS.has(scenario) || isLostOnTheWay(scenario)))),
  );
  return {
    ...PATIENT,
    openaiSeconds: seconds(PATIENT.openaiSeconds, 'openai'),
    vibevoiceSeconds: seconds(PATIENT.vibevoiceSeconds, 'vibevoice'),
    speechSeconds: seconds(PATIENT.speechSeconds, 'elevenlabs', 'openai-speech'),
    heygenSeconds: seconds(PATIENT.heygenSeconds, 'heygen'),
    s3Seconds: seconds(PATIENT.s3Seconds, 's3'),
    deadlineSeconds: isSlow ? SHORT_DEADLINE_SECONDS : PATIENT.deadlineSeconds,
  };
}

function isLostOnTheWay(scenario: string): boolean {
  return ['refuse', 'hang', 'slow-first-byte', 'drop-mid-body', 'lose-answer'].includes(scenario);
}
