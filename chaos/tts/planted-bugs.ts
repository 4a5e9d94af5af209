import { AppError, toAppError } from '../../src/core/errors.ts';
import type { SpeechProvider } from '../../src/tts/speech-provider.ts';
import { rehearseOutage } from './dead-gpu.ts';
import { countProviderOpenings, countServerEjections } from './false-openings.ts';
import { allFaultCases } from './fault-cases.ts';
import { planMatrix, runMatrix } from './fault-matrix.ts';
import { sufferFullOutage } from './full-outage.ts';
import type { MarkedVoices } from './marked-voices.ts';
import { matrixFigures, type MatrixFigures } from './matrix-figures.ts';
import { spendOnFallback } from './paid-fallback.ts';
import { assembleSpeech, type PlantedParts } from './speech-under-test.ts';
import { LEAST_FINISHED_PERCENT, MOST_ATTEMPTS, MOST_CALLS, MOST_HEALING_SECONDS, MOST_OPENINGS } from './targets.ts';

type PlantContext = { readonly seed: number; readonly voices: MarkedVoices };

export type PlantedBug = {
  readonly bug: string;
  /** By the very figure that a target is set for. */
  isCaught(context: PlantContext): Promise<boolean>;
};

const NEVER = { consecutiveFailures: Infinity, failureShare: Infinity };

/** A bug in everything that is promised. A harness that does not see them all proves nothing. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    bug: 'the audio check is off',
    isCaught: async (context) => {
      const scenarios = ['silence', 'truncated', 'noise', 'clipped'];
      return (await matrixWith({ check: () => {} }, scenarios, context)).untrueUtterances > 0;
    },
  },
  {
    bug: 'voices are mixed',
    isCaught: async (context) => (await matrixWith({ voicePolicy: 'mixed' }, ['refuse'], context)).mixedScripts > 0,
  },
  {
    bug: 'nobody stands in',
    isCaught: async (context) => {
      const change = (providers: readonly SpeechProvider[]) => providers.slice(0, 1);
      return (await matrixWith({ change }, ['refuse'], context)).finishedPercent < LEAST_FINISHED_PERCENT;
    },
  },
  {
    bug: 'every failure is called unavailable',
    isCaught: async (context) => {
      const change = (providers: readonly SpeechProvider[]) => providers.map(callingAllUnavailable);
      return (await matrixWith({ change }, ['garbage-frame'], context)).wrongReasons > 0;
    },
  },
  {
    bug: 'the breaker of a provider never opens',
    async isCaught({ seed, voices }) {
      const plants = { breaker: NEVER, fleet: { failuresToEject: Infinity } };
      const outage = { serverCount: 1, scenario: 'refuse', seconds: 30, seed, plants } as const;
      return (await rehearseOutage(outage, voices)).callsBeforeOpening > MOST_CALLS;
    },
  },
  {
    bug: 'the breaker of a server never opens',
    async isCaught({ seed, voices }) {
      const plants = { fleet: { failuresToEject: Infinity } };
      const outage = { serverCount: 2, scenario: 'refuse', seconds: 30, seed, plants } as const;
      return (await rehearseOutage(outage, voices)).callsBeforeEjection > MOST_CALLS;
    },
  },
  {
    bug: 'a breaker stays open for two minutes',
    async isCaught({ seed, voices }) {
      const plants = { breaker: { firstOpenMilliseconds: 240_000, longestOpenMilliseconds: 240_000 } };
      const outage = { serverCount: 1, scenario: 'refuse', seconds: 30, seed, plants } as const;
      return (await rehearseOutage(outage, voices)).healedSeconds > MOST_HEALING_SECONDS;
    },
  },
  {
    bug: 'the breaker of a provider opens at two failures in a row',
    isCaught: async ({ seed }) =>
      countProviderOpenings({ calls: 100_000, seed }, { consecutiveFailures: 2 }) > MOST_OPENINGS,
  },
  {
    bug: 'the breaker of a server opens at two failures in a row',
    isCaught: async ({ seed }) =>
      (await countServerEjections({ calls: 100_000, seed }, { failuresToEject: 2 })) > MOST_OPENINGS,
  },
  {
    bug: 'retries have no budget',
    async isCaught({ seed }) {
      const plants = { budget: { retriesPerRequest: 10 } };
      const outage = { requestsPerSecond: 10, seconds: 300, kind: 'rate_limited', seed, plants } as const;
      return (await sufferFullOutage(outage)).mostAttemptsPerRequest > MOST_ATTEMPTS;
    },
  },
  {
    bug: 'paid fallback has no cap',
    async isCaught({ seed, voices }) {
      const plants = { TTS_FALLBACK_HOURLY_USD: '1000' };
      const { chargedUsd, capUsd } = await spendOnFallback({ users: 'many', seed, plants }, voices);
      return chargedUsd > capUsd;
    },
  },
];

/** A few faults that last from the third request on, at both protocols of VibeVoice. */
async function matrixWith(
  plants: PlantedParts,
  scenarios: readonly string[],
  { seed, voices }: PlantContext,
): Promise<MatrixFigures> {
  const cases = allFaultCases().filter(
    ({ arrangement, scenario, position, isLasting }) =>
      arrangement.faulty === 'vibevoice' && scenarios.includes(scenario) && position === 3 && isLasting,
  );
  const verdicts = await runMatrix(planMatrix(cases, 1, seed), {
    lanes: cases.length,
    voices,
    open: (options) => assembleSpeech({ ...options, offline: voices.offline, plants }),
  });
  return matrixFigures(verdicts);
}

function callingAllUnavailable(provider: SpeechProvider): SpeechProvider {
  return {
    ...provider,
    synthesize: (utterance, options) =>
      provider.synthesize(utterance, options).catch((thrown: unknown) => {
        const { code, kind, message } = toAppError(thrown);
        throw new AppError({ code, kind: kind === 'cancelled' ? kind : 'unavailable', message });
      }),
  };
}
