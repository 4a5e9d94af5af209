import type { RecordedRequest } from '../../src/simulators/simulator.ts';
import type { ProviderCall } from '../../src/jobs/provider-call.ts';
import type { FinishedJob } from './batch.ts';
import { isWithoutWork } from './causes.ts';
import type { RecordedCalls } from './fault-cases.ts';
import type { Stage } from './stage.ts';
import type { OfEachVendor } from './vendors.ts';

export type ChargeReport = {
  readonly charges: number;
  /** Beyond what the journal has counted as paid, or as perhaps paid. */
  readonly doubleCharges: number;
  readonly uncertainRepeats: number;
  readonly violations: readonly string[];
};

/** The default of ELEVENLABS_USD_PER_1K_CHARACTERS. */
const USD_PER_CREDIT = 0.1 / 1000;
const ROUNDING_USD = 1e-6;
const ANSWERED_FREE = /^\/v1\/(?:models|voices|user)/;

/** What the vendors have charged by their own books, against what the journal and the status say. */
export async function checkCharges(
  jobs: readonly FinishedJob[],
  options: {
    readonly stage: Stage;
    readonly recorded: RecordedCalls;
    /** How many requests have met each scenario. */
    readonly strikes: OfEachVendor<ReadonlyMap<string, number>>;
  },
): Promise<ChargeReport> {
  const { stage, strikes, recorded } = options;
  const violations: string[] = [];
  let doubleCharges = 0;
  for (const finished of jobs) {
    const own = stage.heygen.charges.filter(({ key }) => key?.startsWith(`${finished.job.id}.`) === true);
    if (own.length > 1) {
      doubleCharges += own.length - 1;
      violations.push(`double charge: HeyGen has charged ${own.length} times for one job`);
    }
    violations.push(...checkHeyGenCost(finished, own));
  }
  const nameless = stage.heygen.charges.filter(
    ({ key }) => !jobs.some(({ job }) => key?.startsWith(`${job.id}.`) === true),
  );
  if (nameless.length > 0) violations.push(`double charge: HeyGen has charged for ${nameless.length} videos of no job`);

  const calls = jobs.flatMap((finished) => finished.calls);
  const openai = countWork(recorded.openai, strikes.openai);
  const openaiKnown = knownCharges(calls, 'openai');
  if (openai > openaiKnown) {
    doubleCharges += openai - openaiKnown;
    violations.push(`double charge: OpenAI has answered ${openai} times, the journal knows of ${openaiKnown}`);
  }
  const openaiSpeech = countWork(recorded['openai-speech'], strikes['openai-speech']);
  const openaiSpeechKnown = knownCharges(calls, 'openai-speech');
  if (openaiSpeech > openaiSpeechKnown) {
    doubleCharges += openaiSpeech - openaiSpeechKnown;
    violations.push(
      `double charge: the OpenAI-compatible voice has spoken ${openaiSpeech} times, the journal knows of ${openaiSpeechKnown}`,
    );
  }
  const credits = await creditsOf(stage);
  const creditsKnown = knownCredits(calls, longestText(recorded.elevenlabs));
  if (credits > creditsKnown + ROUNDING_USD) {
    doubleCharges += 1;
    violations.push(`double charge: ElevenLabs has charged ${credits} credits, the journal knows of ${creditsKnown}`);
  }
  return {
    charges: stage.heygen.charges.length + openai + openaiSpeech + (credits > 0 ? 1 : 0),
    doubleCharges,
    uncertainRepeats: calls.reduce((sum, { uncertainRepeats }) => sum + uncertainRepeats, 0),
    violations,
  };
}

/** The bill says what was charged, or says that nobody knows. */
function checkHeyGenCost({ job, status, calls }: FinishedJob, charges: Stage['heygen']['charges']): readonly string[] {
  const charged = charges.reduce((sum, { usd }) => sum + usd, 0);
  const told = status.cost.items.filter(({ provider }) => provider === 'heygen').reduce((sum, { usd }) => sum + usd, 0);
  if (Math.abs(charged - told) <= ROUNDING_USD) return [];
  const isOpen = calls.some(({ provider, state }) => provider === 'heygen' && state === 'intent');
  const says = [...status.warnings, job.error?.message ?? ''].some((text) => text.includes('may have charged'));
  if (isOpen && says && told === 0) return [];
  if (isOpen && told === 0 && job.status === 'failed') return [];
  return [`wrong bill: HeyGen has charged ${charged.toFixed(4)} USD, the status says ${told.toFixed(4)}`];
}

/** Calls that were paid, or may have been. */
function knownCharges(calls: readonly ProviderCall[], provider: string): number {
  return calls
    .filter((call) => call.provider === provider)
    .reduce(
      (sum, { costUsd, state, uncertainRepeats }) =>
        sum + (costUsd > 0 || state === 'intent' ? 1 : 0) + uncertainRepeats,
      0,
    );
}

function knownCredits(calls: readonly ProviderCall[], longest: number): number {
  return calls
    .filter(({ provider }) => provider === 'elevenlabs')
    .reduce(
      (sum, { costUsd, state, uncertainRepeats }) =>
        sum + costUsd / USD_PER_CREDIT + ((state === 'intent' ? 1 : 0) + uncertainRepeats) * longest,
      0,
    );
}

/** What a request that nobody has heard of again may have cost: a credit for each character. */
function longestText(requests: readonly RecordedRequest[]): number {
  const texts = requests.map(({ body }) => (body === '' ? '' : (JSON.parse(body) as { readonly text?: string }).text));
  return Math.max(0, ...texts.map((text = '') => Array.from(text).length));
}

/** Requests that the vendor has done something for. */
function countWork(requests: readonly RecordedRequest[], strikes: ReadonlyMap<string, number>): number {
  const free = [...strikes].reduce((sum, [scenario, count]) => sum + (isWithoutWork(scenario) ? count : 0), 0);
  return requests.filter(({ target }) => !ANSWERED_FREE.test(target)).length - free;
}

/** By the vendor's own account. */
async function creditsOf({ elevenlabs }: Stage): Promise<number> {
  const answer = await fetch(`${elevenlabs.url}/v1/user/subscription`, {
    headers: { 'xi-api-key': elevenlabs.apiKey },
  });
  const { character_count: credits } = (await answer.json()) as { readonly character_count: number };
  return credits;
}
