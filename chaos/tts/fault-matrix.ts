import { createRandom } from '../../test/chaos/seeded-random.ts';
import type { Environment } from '../../src/config/load.ts';
import { UTTERANCES_PER_SCRIPT, type FaultCase } from './fault-cases.ts';
import type { MarkedVoices } from './marked-voices.ts';
import { judgeScript, type ScriptVerdict } from './script-verdict.ts';
import { SENTENCES } from './sentences.ts';
import type { SpeechUnderTest, Timeouts } from './speech-under-test.ts';
import { openStage, type Stage } from './stage.ts';

/** One script to be spoken under one fault. */
export type MatrixTask = { readonly faultCase: FaultCase; readonly texts: readonly string[]; readonly seed: number };

export type OpenSpeechUnderTest = (options: {
  readonly environment: Environment;
  readonly timeouts: Timeouts;
  readonly random: () => number;
}) => SpeechUnderTest | Promise<SpeechUnderTest>;

const SHORT_SECONDS = 1;
const PATIENT_SECONDS = 30;

/** Every case `repetitions` times, with other sentences each time. The seed decides which, and all other chance. */
export function planMatrix(cases: readonly FaultCase[], repetitions: number, seed: number): MatrixTask[] {
  return Array.from({ length: repetitions }, (_, repetition) =>
    cases.map((faultCase, index) => {
      const own = seed + repetition * cases.length + index;
      return { faultCase, texts: chooseTexts(own), seed: own };
    }),
  ).flat();
}

/**
 * `lanes` scripts are spoken side by side, each by vendors of its own: where a vendor hangs they only wait. The voices must
 * be prepared, since a vendor that is slow the first time would be one fault more.
 */
export async function runMatrix(
  tasks: readonly MatrixTask[],
  options: { readonly lanes: number; readonly voices: MarkedVoices; readonly open: OpenSpeechUnderTest },
): Promise<ScriptVerdict[]> {
  const verdicts: ScriptVerdict[] = [];
  let next = 0;
  const runLane = async (): Promise<void> => {
    const stage = await openStage(options.voices);
    try {
      for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
        verdicts.push(await speakUnderFault(task, { ...options, stage }));
      }
    } finally {
      await stage.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.lanes, tasks.length) }, runLane));
  return verdicts;
}

async function speakUnderFault(
  { faultCase, texts, seed }: MatrixTask,
  { stage, voices, open }: { readonly stage: Stage; readonly voices: MarkedVoices; readonly open: OpenSpeechUnderTest },
): Promise<ScriptVerdict> {
  const { arrangement, scenario, position, isLasting } = faultCase;
  for (const vendor of arrangement.refused) stage.faults[vendor].begin('refuse', { position: 1, isLasting: true });
  stage.faults[arrangement.faulty].begin(scenario, { position, isLasting });
  const environment = { ...stage.environment(arrangement.vibevoicePath), ...arrangement.environment };
  const speech = await open({ environment, timeouts: timeoutsOf(faultCase), random: createRandom(seed) });
  try {
    const [result] = await Promise.allSettled([
      speech.speak({
        utterances: texts.map((text) => ({
          text,
          language: 'en',
          voice: { profile: 'default', style: 'neutral', seed: 42 },
        })),
        wish: arrangement.wish,
        isOfflineAllowed: arrangement.successor === 'offline',
      }),
    ]);
    return await judgeScript({ faultCase, texts, result, outcomes: await speech.outcomes(), voices });
  } finally {
    await speech.close();
    await stage.clear();
  }
}

/** Short only where the fault is that a vendor says nothing: elsewhere nobody may be given up because this machine is busy. */
function timeoutsOf({ arrangement, expected }: FaultCase): Timeouts {
  const hangs = (isFaulty: boolean): number => (isFaulty && expected === 'timeout' ? SHORT_SECONDS : PATIENT_SECONDS);
  const isVibeVoice = arrangement.faulty === 'vibevoice';
  return { vibevoiceSeconds: hangs(isVibeVoice), httpSeconds: hangs(!isVibeVoice) };
}

/** Four different sentences. */
function chooseTexts(seed: number): readonly string[] {
  const random = createRandom(seed);
  return SENTENCES.map((text) => ({ text, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, UTTERANCES_PER_SCRIPT)
    .map(({ text }) => text);
}
