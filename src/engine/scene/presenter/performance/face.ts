import { createNoise, hashToUnit } from './noise.ts';
import { createPulseTrack, type Pulse } from './pulses.ts';
import type { SpeechRhythm } from './speech-rhythm.ts';

export type Face = { readonly browLeft: number; readonly browRight: number; readonly smile: number };

const BROW_DRIFT = 0.05;
/** Share of nods that the brows join; brows on every stress look rehearsed. */
const BROW_SHARE = 0.6;
const EMPHASIS_BROW = [0.35, 0.7] as const;
const QUESTION_BROW = 0.75;
/** The left brow does less: expressions are never mirrored. */
const LEFT_BROW_SHARE = 0.88;

const RESTING_SMILE = 0.28;
const SMILE_DRIFT = 0.06;
const GREETING_SMILE = 0.45;
const FAREWELL_SMILE = 0.5;
/** What both together approach, when a speech is so short that they overlap. */
const WIDEST_SMILE = 0.6;
const FOREVER_SECONDS = 1e9;

/** Brows and smile: a greeting, brows up with some stresses and with questions, a smile that stays at the end. */
export function createFace(rhythm: SpeechRhythm, seed: number, stream: number): (timeSeconds: number) => Face {
  const leftDrift = createNoise(seed, stream, 0.4);
  const rightDrift = createNoise(seed, stream + 1, 0.4);
  const smileDrift = createNoise(seed, stream + 2, 0.3);
  const brows = createPulseTrack([...emphasisBrows(rhythm, seed, stream + 3), ...questionBrows(rhythm)]);
  const smiles = createPulseTrack(smilePulses(rhythm));
  return (timeSeconds) => {
    // A stress inside a question adds up to more than a brow can do; the soft limit has no corner where it would pop.
    const brow = Math.tanh(brows(timeSeconds));
    return {
      browLeft: LEFT_BROW_SHARE * brow + BROW_DRIFT * leftDrift(timeSeconds),
      browRight: (1 - BROW_DRIFT) * brow + BROW_DRIFT * rightDrift(timeSeconds),
      smile:
        RESTING_SMILE +
        SMILE_DRIFT * smileDrift(timeSeconds) +
        WIDEST_SMILE * Math.tanh(smiles(timeSeconds) / WIDEST_SMILE),
    };
  };
}

function emphasisBrows(rhythm: SpeechRhythm, seed: number, stream: number): Pulse[] {
  return rhythm.strongEmphases.flatMap(({ atSeconds, strength }, index) => {
    if (hashToUnit(seed, stream, index) > BROW_SHARE) return [];
    const [least, most] = EMPHASIS_BROW;
    return [
      {
        startSeconds: atSeconds - 0.22,
        peakSeconds: atSeconds - 0.04,
        heldUntilSeconds: atSeconds + 0.12,
        endSeconds: atSeconds + 0.5,
        amount: least + (most - least) * strength,
      },
    ];
  });
}

function questionBrows(rhythm: SpeechRhythm): Pulse[] {
  return rhythm.sentences
    .filter((sentence) => sentence.isQuestion)
    .map(({ startSeconds, endSeconds }) => {
      const peakSeconds = Math.max(startSeconds + 0.2, endSeconds - 0.5);
      return {
        startSeconds: peakSeconds - 0.35,
        peakSeconds,
        heldUntilSeconds: Math.max(peakSeconds, endSeconds) + 0.25,
        endSeconds: Math.max(peakSeconds, endSeconds) + 0.85,
        amount: QUESTION_BROW,
      };
    });
}

function smilePulses(rhythm: SpeechRhythm): Pulse[] {
  const first = rhythm.phrases[0];
  const last = rhythm.phrases.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    {
      startSeconds: -FOREVER_SECONDS,
      peakSeconds: -FOREVER_SECONDS,
      heldUntilSeconds: first.startSeconds,
      endSeconds: first.startSeconds + 1.4,
      amount: GREETING_SMILE,
    },
    {
      startSeconds: last.endSeconds - 0.5,
      peakSeconds: last.endSeconds + 0.5,
      heldUntilSeconds: FOREVER_SECONDS,
      endSeconds: FOREVER_SECONDS,
      amount: FAREWELL_SMILE,
    },
  ];
}
