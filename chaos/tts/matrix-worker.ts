import { parentPort, workerData } from 'node:worker_threads';
import { runMatrix } from './fault-matrix.ts';
import { createMarkedVoices } from './marked-voices.ts';
import type { MatrixShare } from './parallel-matrix.ts';
import { assembleSpeech } from './speech-under-test.ts';

/** A thread of `runMatrixInParallel`: speaks its share of the scripts and posts the verdicts. */
const LANES = 24;
const { tasks, spokenTexts } = workerData as MatrixShare;
const voices = createMarkedVoices(spokenTexts);
await voices.prepare([...spokenTexts.keys()]);
const verdicts = await runMatrix(tasks, {
  lanes: LANES,
  voices,
  open: (options) => assembleSpeech({ ...options, offline: voices.offline }),
});
await voices.close();
parentPort?.postMessage(verdicts);
