import { parentPort, workerData } from 'node:worker_threads';
import { createMarkedVoices } from '../tts/marked-voices.ts';
import { createDrawnVideos } from './drawn-videos.ts';
import type { BatchShare } from './parallel-batches.ts';
import { runBatches } from './run-batches.ts';

/** A thread of `runBatchesInParallel`: makes its share of the videos and posts what became of each batch. */
const LANES = 10;
const { batches, spokenTexts } = workerData as BatchShare;
const studio = { voices: createMarkedVoices(spokenTexts), drawn: createDrawnVideos() };
await runBatches(batches, { ...studio, lanes: LANES, tell: (summary) => parentPort?.postMessage(summary) });
await Promise.all([studio.voices.close(), studio.drawn.close()]);
