import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { Config } from '../../src/config/schema.ts';
import { AppError, toAppError } from '../../src/core/errors.ts';
import type { Workflow } from '../../src/jobs/workflow.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import type { VideoFiles } from '../../src/video/video-provider.ts';
import { PART_BYTES } from './application-under-test.ts';
import { ARRANGEMENTS, type Arrangement } from './arrangements.ts';
import { runBatch, type Studio } from './batch.ts';
import { acceptableEnds, COMPLETION } from './ends.ts';
import type { PlannedFault } from './fault-queue.ts';
import { SCRIPTS } from './plan.ts';
import type { Sabotage } from './sabotage.ts';
import type { Vendor } from './vendors.ts';

export type PlantedBug = {
  readonly bug: string;
  readonly arrangement: string;
  /** What has to happen for it to show; null for nothing. */
  readonly fault: (PlannedFault & { readonly vendor: Vendor }) | null;
  readonly sabotage: Sabotage;
  /** Whose words say that it was seen. */
  readonly sees: RegExp;
  readonly jobs?: number;
  readonly jobSeconds?: number;
};

const HEYGEN_ALONE = 'VibeVoice; HeyGen alone';
const HEYGEN_THEN_ENGINE = 'VibeVoice; HeyGen, then our engine';
const lasting = (vendor: Vendor, scenario: string, position = 1) => ({ vendor, scenario, position, isLasting: true });
const once = (vendor: Vendor, scenario: string, position = 1) => ({ vendor, scenario, position, isLasting: false });

/** A harness that does not see them all proves nothing. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    bug: 'HeyGen gets another key each time',
    arrangement: HEYGEN_ALONE,
    fault: once('heygen', 'lost-create'),
    sabotage: {
      video: (provider) => {
        let sendings = 0;
        return {
          ...provider,
          start: (brief, options) =>
            provider.start(brief, { ...options, idempotencyKey: `${options.idempotencyKey}.${(sendings += 1)}` }),
        };
      },
    },
    sees: /HeyGen has charged 2 times/,
  },
  {
    bug: 'finished files are not looked at',
    arrangement: HEYGEN_ALONE,
    fault: lasting('heygen', 'truncated-file'),
    sabotage: {
      video: (provider) => ({
        ...provider,
        fetch: (operation, options) =>
          provider.fetch(operation, options).catch(() => takenAsItIs(options.outputFolder)),
      }),
      workflow: withoutStep('check'),
    },
    sees: /cannot be played/,
  },
  {
    bug: 'a file can be seen while it is written',
    arrangement: HEYGEN_ALONE,
    fault: null,
    sabotage: {
      objects: (objects, config) => ({
        ...objects,
        async putFile(key, filePath, options) {
          const bytes = await readFile(filePath);
          const half = bytes.subarray(0, bytes.length / 2);
          await raw(config, (client) => client.send(new PutObjectCommand({ ...at(config, key), Body: half })));
          await raw(config, (client) => client.send(new PutObjectCommand({ ...at(config, key), Body: bytes })));
          return objects.putFile(key, filePath, options);
        },
      }),
    },
    sees: /half file/,
  },
  {
    bug: 'an upload in parts is left as it is',
    arrangement: 'VibeVoice; HeyGen, with files of two parts',
    fault: null,
    sabotage: { objects: leavingUploads },
    sees: /uploads in parts were begun and left/,
  },
  {
    bug: 'a fallback is not told of',
    arrangement: HEYGEN_THEN_ENGINE,
    fault: lasting('heygen', 'insufficient-credit'),
    sabotage: {
      workflow: (workflow) => ({
        ...workflow,
        run: async (context) => ({ ...Object(await workflow.run(context)), warnings: [] }),
      }),
    },
    sees: /no warning says/,
  },
  {
    bug: 'costs are not recorded',
    arrangement: HEYGEN_ALONE,
    fault: null,
    sabotage: {
      journal: (store) => ({
        ...store,
        endCall: (claim, key, end) => store.endCall(claim, key, { ...end, costUsd: 0 }),
      }),
    },
    sees: /wrong bill/,
  },
  {
    bug: 'a video is waited for without end',
    arrangement: HEYGEN_ALONE,
    fault: lasting('heygen', 'stuck'),
    sabotage: { deadlineMilliseconds: Infinity },
    sees: /a job hangs/,
    jobSeconds: 20,
  },
  {
    bug: 'a used up credit is asked for again',
    arrangement: HEYGEN_ALONE,
    fault: lasting('heygen', 'insufficient-credit'),
    sabotage: {
      video: (provider) => ({
        ...provider,
        start: (brief, options) => provider.start(brief, options).catch(calledUnavailable),
      }),
    },
    sees: /wrong cause: failed with unavailable/,
  },
  {
    bug: 'a repeat that may be charged is not counted',
    arrangement: 'ElevenLabs alone; our engine',
    fault: once('elevenlabs', 'lose-answer'),
    sabotage: {
      journal: (store) => ({
        ...store,
        resendCall: (claim, key) => store.resendCall(claim, key, { uncertain: false }),
      }),
    },
    sees: /ElevenLabs has charged/,
  },
  {
    bug: 'HeyGen is named for what our engine has made',
    arrangement: HEYGEN_THEN_ENGINE,
    fault: lasting('heygen', 'insufficient-credit'),
    sabotage: {
      journal: (store) => ({
        ...store,
        describeStep: (claim, step, description) =>
          store.describeStep(claim, step, step === 'render' ? { ...description, provider: 'heygen' } : description),
      }),
    },
    sees: /the video was made by engine, not by heygen/,
  },
  {
    bug: 'every failure of the storage is called an outage of the vendor',
    arrangement: HEYGEN_ALONE,
    fault: lasting('s3', 'access-denied', 10),
    sabotage: {
      objects: (objects) => ({
        ...objects,
        putBytes: (...asked) => objects.putBytes(...asked).catch(calledUnavailable),
        putFile: (...asked) => objects.putFile(...asked).catch(calledUnavailable),
        getBytes: (...asked) => objects.getBytes(...asked).catch(calledUnavailable),
        head: (key) => objects.head(key).catch(calledUnavailable),
      }),
    },
    sees: /wrong cause/,
  },
  {
    bug: 'objects that could not be deleted are taken for deleted',
    arrangement: HEYGEN_ALONE,
    fault: lasting('s3', 'delete-errors'),
    sabotage: {
      objects: (objects, config) => ({
        ...objects,
        async deleteMany(keys) {
          const Delete = { Objects: keys.map((Key) => ({ Key })) };
          const command = new DeleteObjectsCommand({ Bucket: config.wasabiBucketName, Delete });
          await raw(config, (client) => client.send(command));
          return { deleted: keys.length, rewritten: [], failures: [] };
        },
      }),
    },
    sees: /the clean-up tells of 0 objects that stay/,
  },
  {
    bug: 'a job gets the video of another',
    arrangement: HEYGEN_ALONE,
    fault: null,
    sabotage: {
      video: (provider) => {
        let first: string | undefined;
        return {
          ...provider,
          fetch: (operation, options) => {
            first ??= operation.reference;
            return provider.fetch({ ...operation, reference: first }, options);
          },
        };
      },
    },
    sees: /says another speech/,
    jobs: 2,
  },
  {
    bug: 'a refused key is taken for a video that was not made',
    arrangement: HEYGEN_ALONE,
    // Looks, speech, video: the next is a look at it.
    fault: once('heygen', 'unauthorized', 4),
    sabotage: {
      video: (provider) => ({
        ...provider,
        status: (operation, options) =>
          provider
            .status(operation, options)
            .catch((thrown: unknown) => ({ state: 'failed', error: toAppError(thrown) }) as const),
      }),
    },
    sees: /wrong bill/,
  },
];

/** The first line that gives it away; undefined when nobody has seen it. */
export async function huntBug(planted: PlantedBug, studio: Studio): Promise<string | undefined> {
  const { fault, sabotage, sees, jobs = 1, jobSeconds } = planted;
  const arrangement = arrangementOf(planted);
  const faults = fault === null ? [] : [{ ...fault, arrangement }];
  const ends = fault === null ? COMPLETION : acceptableEnds(fault, arrangement);
  const batch = { arrangement, faults, scripts: SCRIPTS.slice(0, jobs), ends, seed: 1 };
  const { violations } = await runBatch(batch, {
    ...studio,
    sabotage,
    ...(jobSeconds !== undefined && { jobSeconds }),
  });
  return violations.find((violation) => sees.test(violation));
}

function arrangementOf(planted: PlantedBug): Arrangement {
  const arrangement = ARRANGEMENTS.find(({ name }) => name === planted.arrangement);
  if (arrangement === undefined) throw new Error(`There is no arrangement "${planted.arrangement}".`);
  return arrangement;
}

function withoutStep(name: string): (workflow: Workflow) => Workflow {
  return (workflow) => ({
    ...workflow,
    run: (context) =>
      workflow.run({
        ...context,
        step: (step, work) => context.step(step, step === name ? async () => null as never : work),
      }),
  });
}

async function takenAsItIs(outputFolder: string): Promise<VideoFiles> {
  const posterPath = join(outputFolder, 'heygen.png');
  await writeFile(posterPath, '');
  return {
    videoPath: join(outputFolder, 'heygen.mp4'),
    posterPath,
    width: 320,
    height: 180,
    frameRate: 15,
    hasCaptions: true,
  };
}

function leavingUploads(objects: ObjectStore, config: Config): ObjectStore {
  return {
    ...objects,
    async putFile(key, filePath, options) {
      if ((await stat(filePath)).size > PART_BYTES) {
        await raw(config, (client) => client.send(new CreateMultipartUploadCommand(at(config, key))));
      }
      return objects.putFile(key, filePath, options);
    },
  };
}

function calledUnavailable(thrown: unknown): never {
  throw new AppError({ code: 'video_unavailable', kind: 'unavailable', message: toAppError(thrown).message });
}

function at({ wasabiBucketName }: Config, key: string): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: wasabiBucketName, Key: key };
}

/** As somebody would ask who does not go through our store. */
async function raw(config: Config, ask: (client: S3Client) => Promise<unknown>): Promise<void> {
  const settings: S3ClientConfig = {
    endpoint: config.wasabiEndpoint,
    region: config.wasabiRegion,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: config.wasabiAccessKey ?? '', secretAccessKey: config.wasabiSecretKey ?? '' },
  };
  const client = new S3Client(settings);
  try {
    await ask(client);
  } finally {
    client.destroy();
  }
}
