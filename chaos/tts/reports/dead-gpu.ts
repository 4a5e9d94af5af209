import type { BenchRow } from '../../../bench/bench-result.ts';
import { createRandom } from '../../../test/chaos/seeded-random.ts';
import { rehearseOutage, type Outage } from '../dead-gpu.ts';
import type { MarkedVoices } from '../marked-voices.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';
import { MOST_CALLS, MOST_HEALING_SECONDS } from '../targets.ts';

const SCENARIOS = [
  'refuse',
  'hang-handshake',
  'loading',
  'stall-mid-utterance',
  'drop-mid-utterance',
  'error-frame',
  'silence',
] as const;
const QUICK_SCENARIOS = ['refuse', 'hang-handshake', 'silence'] as const;
const SHORTEST_OUTAGE_SECONDS = 30;
const LONGEST_OUTAGE_SECONDS = 300;
const REPETITIONS = 4;

const ARRANGEMENTS: readonly (Pick<Outage, 'serverCount' | 'plants'> & { readonly what: string })[] = [
  { what: 'one of two servers', serverCount: 2 },
  { what: 'the only server', serverCount: 1 },
  {
    what: 'the only server, watched by its provider alone',
    serverCount: 1,
    plants: { fleet: { failuresToEject: Infinity } },
  },
];

type Worst = { readonly calls: number; readonly healedSeconds: number; readonly unfinished: number };

/**
 * A GPU server that dies and comes back. It recovers just after it was given an utterance that fails, the worst moment; a
 * call that hangs takes the configured 10 or 5 s of virtual time.
 */
export async function reportDeadGpu({
  quick,
  seed,
  voices,
}: PartOptions & { readonly voices: MarkedVoices }): Promise<PartReport> {
  const random = createRandom(seed);
  const longest = quick ? 2 * SHORTEST_OUTAGE_SECONDS : LONGEST_OUTAGE_SECONDS;
  const rehearse = async (outage: Pick<Outage, 'serverCount' | 'plants' | 'scenario'>): Promise<Worst> => {
    const worst = { calls: 0, healedSeconds: 0, unfinished: 0 };
    for (let repetition = 0; repetition < (quick ? 1 : REPETITIONS); repetition++) {
      const seconds = SHORTEST_OUTAGE_SECONDS + random() * (longest - SHORTEST_OUTAGE_SECONDS);
      const report = await rehearseOutage({ ...outage, seconds, seed: seed + repetition }, voices);
      worst.calls = Math.max(worst.calls, Math.min(report.callsBeforeEjection, report.callsBeforeOpening));
      worst.healedSeconds = Math.max(worst.healedSeconds, report.healedSeconds);
      worst.unfinished += report.unfinishedCount;
    }
    return worst;
  };

  const rows: BenchRow[] = [];
  const reports: Worst[] = [];
  for (const { what, ...arrangement } of ARRANGEMENTS) {
    for (const scenario of quick ? QUICK_SCENARIOS : SCENARIOS) {
      const worst = await rehearse({ ...arrangement, scenario });
      reports.push(worst);
      const measured = `${worst.calls} calls, healed in ${worst.healedSeconds.toFixed(1)} s`;
      rows.push({ part: 'dead GPU', what: `${what}: ${scenario}`, measured });
    }
  }
  const most = (figure: keyof Worst): number => Math.max(...reports.map((report) => report[figure]));
  return {
    rows,
    promised: [
      { figure: 'callsToADeadGpu', value: most('calls'), bound: 'atMost', target: MOST_CALLS },
      { figure: 'healedSeconds', value: most('healedSeconds'), bound: 'atMost', target: MOST_HEALING_SECONDS },
      { figure: 'utterancesLostToADeadGpu', value: most('unfinished'), bound: 'atMost', target: 0 },
    ],
  };
}
