import { countProviderOpenings, countServerEjections, ERROR_RATE } from '../false-openings.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';
import { MOST_OPENINGS } from '../targets.ts';

const CALLS = { full: 1_000_000, quick: 100_000 };
const CALLS_OF_FIGURE = 100_000;

/** A vendor that only stumbles must not be shut out. */
export async function reportFalseOpenings({ quick, seed }: PartOptions): Promise<PartReport> {
  const calls = quick ? CALLS.quick : CALLS.full;
  const perFigure = (openings: number): number => (openings / calls) * CALLS_OF_FIGURE;
  const ofProvider = countProviderOpenings({ calls, seed });
  const ofServer = await countServerEjections({ calls, seed });
  const row = (what: string, openings: number) => ({
    part: 'false openings',
    what: `${what}, ${ERROR_RATE * 100} % errors`,
    measured: `${openings} in ${calls.toLocaleString('en')} calls`,
  });
  return {
    rows: [row('breaker of a provider', ofProvider), row('breaker of a server', ofServer)],
    promised: [
      {
        figure: 'falseOpeningsPer100kCalls',
        value: Math.max(perFigure(ofProvider), perFigure(ofServer)),
        bound: 'atMost',
        target: MOST_OPENINGS,
      },
    ],
  };
}
