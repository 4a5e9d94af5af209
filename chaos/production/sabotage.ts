import type { Config } from '../../src/config/schema.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { Workflow } from '../../src/jobs/workflow.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import type { VideoProvider } from '../../src/video/video-provider.ts';

/** What a planted bug changes in the application; our own code is wrapped, never edited. */
export type Sabotage = {
  readonly journal?: (store: JobStore) => JobStore;
  readonly objects?: (objects: ObjectStore, config: Config) => ObjectStore;
  readonly video?: (provider: VideoProvider) => VideoProvider;
  readonly workflow?: (workflow: Workflow) => Workflow;
  readonly deadlineMilliseconds?: number;
};
