import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createTestRules } from '../../test/fixtures/request-rules.ts';
import { createRecordingLog, JobRunFixture } from '../../test/fixtures/job-run.ts';
import { createCircuitBreakers } from '../core/circuit-breaker.ts';
import { AppError } from '../core/errors.ts';
import { createRetryBudget } from '../core/retry.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import { createOpenAiEnhancer } from '../script/enhancers/openai.ts';
import { startOpenAiChatSimulator } from '../simulators/openai-chat.ts';
import type { OpenAiChatFault } from '../simulators/openai-chat.ts';
import type { Simulator } from '../simulators/simulator.ts';
import { createEnhanceScript } from './enhance-script.ts';
import type { ScriptToSpeak } from './enhance-script.ts';
import { parseVideoRequest } from './video-request.ts';

const KEY = 'simulated-key';
const SCRIPT = 'in 2026 we sold 12 units, and what a year it was for all of us';
const IMPROVED = 'In 2026 we sold 12 units, and what a year it was for all of us.';
const RULES = createTestRules();

let written: Readonly<Record<string, unknown>>;
let simulator: Simulator<OpenAiChatFault>;
let fixture: JobRunFixture;
beforeEach(async () => {
  written = { spokenText: IMPROVED, title: 'A good year', keyPoints: ['12 units sold', '13 to come'], language: 'en' };
  simulator = await startOpenAiChatSimulator({ writer: () => written, apiKey: KEY });
  fixture = new JobRunFixture();
});
afterEach(async () => {
  await fixture.dispose();
  await simulator.close();
});

type Settings = {
  readonly script?: string;
  readonly enhance?: boolean;
  readonly isConfigured?: boolean;
  readonly limit?: ProviderLimit;
};

/** The step of one job over a real journal and the real client; `again` runs another job with the same guards. */
function createStage({ isConfigured = true, limit }: Settings = {}) {
  const log = { ...createRecordingLog(), debug() {} };
  const pauses: number[] = [];
  const enhancer = createOpenAiEnhancer({
    baseUrl: `${simulator.url}/v1`,
    apiKey: KEY,
    model: 'gpt-4.1',
    price: { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 },
    maximumOutputTokens: 4096,
    timeoutSeconds: 60,
  });
  const access = {
    enhancer,
    breakers: createCircuitBreakers({ clock: fixture.time.clock, random: () => 0.5 }),
    budget: createRetryBudget({ clock: fixture.time.clock }),
    random: () => 0.5,
    wait: async (milliseconds: number) => void pauses.push(milliseconds),
    limitOf: () => limit,
  };
  const enhance = createEnhanceScript(isConfigured ? access : null, { rules: RULES, logger: log });
  const start = async ({ script = SCRIPT, enhance: wanted }: Settings = {}) => {
    const body = { script, template: 'presenter1', userId: 'ada', ...(wanted !== undefined && { enhance: wanted }) };
    const request = parseVideoRequest(body, RULES);
    const id = await fixture.createJob();
    let spoken: ScriptToSpeak | undefined;
    const run = await fixture.start(async (context) =>
      context.step('speech', async (step) => {
        spoken = await enhance(request, { videoId: id, step });
        return spoken;
      }),
    );
    const outcome = await run.outcome;
    return { id, outcome, spoken, calls: await fixture.store.calls(id) };
  };
  /** The same job again, whose first run ended right after its script was improved. */
  const startTwice = async () => {
    const request = parseVideoRequest({ script: SCRIPT, template: 'presenter1', userId: 'ada' }, RULES);
    const id = await fixture.createJob();
    const texts: string[] = [];
    const run = () =>
      fixture.start(async (context) =>
        context.step('speech', async (step) => {
          const { script } = await enhance(request, { videoId: id, step });
          texts.push(script);
          if (texts.length > 1) return script;
          throw new AppError({ code: 'timeout', kind: 'timeout', message: 'The work ran past its deadline.' });
        }),
      );
    await (
      await run()
    ).outcome;
    await fixture.time.advance(3_600_000);
    const outcome = await (await run()).outcome;
    return { outcome, texts, calls: await fixture.store.calls(id) };
  };
  return { start, startTwice, log, pauses };
}

test('a script is improved, paid for once, and its title and key points state nothing new', async () => {
  const { spoken, calls } = await createStage().start();
  assert.equal(spoken?.script, IMPROVED);
  assert.deepEqual([spoken.title, spoken.keyPoints], ['A good year', ['12 units sold']]);
  const { status, warning, promptTokens, completionTokens, costUsd } = spoken.enhancement;
  assert.deepEqual([status, warning], ['applied', null]);
  assert.equal(costUsd, (promptTokens * 2 + completionTokens * 8) / 1e6);
  assert.deepEqual(
    calls.map((call) => [call.provider, call.state, call.recovery, call.sends]),
    [['openai', 'completed', 'none', 1]],
  );
  assert.ok(Math.abs((calls[0]?.costUsd ?? 0) - costUsd) < 1e-9);
});

test('an answer that was paid for is not bought again by the next run, useful or not', async () => {
  for (const [fault, text] of [[undefined, IMPROVED] as const, ['refusal', SCRIPT] as const]) {
    if (fault !== undefined) simulator.faults.set(fault);
    const before = simulator.requests.length;
    const { outcome, texts, calls } = await createStage().startTwice();
    assert.equal(outcome, 'completed');
    assert.deepEqual(texts, [text, text]);
    assert.equal(simulator.requests.length, before + 1);
    assert.deepEqual(
      calls.map(({ state, sends }) => [state, sends]),
      [['completed', 1]],
    );
  }
});

test('without the wish nobody is asked', async () => {
  const { spoken, calls } = await createStage().start({ enhance: false });
  assert.equal(spoken?.script, SCRIPT);
  assert.equal(spoken.enhancement.status, 'skipped');
  assert.equal(spoken.enhancement.warning, null);
  assert.deepEqual([calls.length, simulator.requests.length], [0, 0]);
});

test('a job from a time when somebody was configured is told that nobody is', async () => {
  const { spoken } = await createStage({ isConfigured: false }).start();
  assert.equal(spoken?.enhancement.status, 'fell_back');
  assert.match(spoken.enhancement.warning ?? '', /nobody is configured any more/);
});

/** What the simulator shows, requests that it takes, and what the user is told. */
const FAULTS: readonly (readonly [OpenAiChatFault, number, RegExp])[] = [
  ['refusal', 1, /because openai refused to edit the script\.$/],
  ['length-cut', 1, /because openai ran out of tokens/],
  ['content-filter', 1, /because openai filtered its own answer/],
  ['malformed-json', 1, /because openai answered with something other than JSON/],
  ['breaks-schema', 1, /because openai answered with JSON of another shape/],
  ['changed-facts', 1, /because the improved text must keep the number \(2026\)\.$/],
  ['rambling', 1, /because the improved text must have at most 182 characters \(319\)/],
  ['unauthorized', 1, /status 401 \(invalid_api_key\)\.$/],
  ['insufficient-quota', 1, /status 429 \(insufficient_quota\)\.$/],
  ['rate-limited', 3, /status 429 \(rate_limit_exceeded\)\.$/],
  ['rate-limited-retry-after', 3, /status 429 \(rate_limit_exceeded\)\.$/],
  ['error-500', 2, /was asked 2 times and no answer arrived/],
  ['refuse', 2, /was asked 2 times and no answer arrived/],
  ['drop-mid-body', 2, /was asked 2 times and no answer arrived/],
  ['no-choices', 2, /answered without a choice/],
];
for (const [fault, requests, warning] of FAULTS) {
  test(`${fault}: the user’s own text, a warning, a line in the log, ${requests} requests`, async () => {
    simulator.faults.set(fault);
    const { start, log } = createStage();
    const { spoken, outcome, calls } = await start();
    assert.equal(outcome, 'completed');
    assert.deepEqual([spoken?.script, spoken?.title, spoken?.keyPoints], [SCRIPT, null, []]);
    assert.equal(spoken?.enhancement.status, 'fell_back');
    assert.match(spoken.enhancement.warning ?? '', warning);
    assert.equal(simulator.requests.length, requests);
    // What became of two requests without an answer stays open.
    assert.ok(calls.every(({ state, uncertainRepeats }) => (state === 'intent') === uncertainRepeats > 0));
    const told = log.lines;
    const level = ['unauthorized', 'insufficient-quota'].includes(fault) ? 'error' : 'warn';
    assert.deepEqual(
      told.map((line) => line.level),
      [level],
    );
    assert.doesNotMatch(JSON.stringify(told), /units|2026/, 'No part of the script is in the log.');
  });
}

test('what passes is waited for as long as was asked, and the answer comes after it', async () => {
  simulator.faults.set('rate-limited-retry-after', { times: 1 });
  const { start, pauses } = createStage();
  const { spoken } = await start();
  assert.equal(spoken?.enhancement.status, 'applied');
  assert.deepEqual(pauses, [7250]);
  simulator.faults.set('refuse', { times: 1 });
  const second = await start({ script: `${SCRIPT}, again` });
  assert.equal(second.calls[0]?.uncertainRepeats, 1);
});

test('a used up quota is asked about once, not with every video', async () => {
  simulator.faults.set('insufficient-quota');
  const { start } = createStage();
  await start();
  const { spoken, calls } = await start();
  assert.match(
    spoken?.enhancement.warning ?? '',
    /is not asked for another \d+ s, because its last calls failed \(quota\)/,
  );
  assert.equal(simulator.requests.length, 1);
  assert.deepEqual(
    calls.map(({ state, costUsd }) => [state, costUsd]),
    [['failed', 0]],
  );
});

test('a script that the budget has no room for is spoken as it was written, and nobody is asked', async () => {
  await fixture.dispose();
  fixture = new JobRunFixture({ perVideoUsd: null, perDayUsd: 1e-6 });
  const { spoken, calls } = await createStage().start();
  assert.equal(spoken?.enhancement.status, 'fell_back');
  assert.match(
    spoken.enhancement.warning ?? '',
    /because it could not be improved: A day \(UTC\) may cost at most 0.000001 USD/,
  );
  assert.deepEqual([calls, simulator.requests.length], [[], 0]);
});

const BROKEN: Readonly<Record<string, readonly [Record<string, unknown>, RegExp]>> = {
  'a translation': [
    { spokenText: 'En 2026 vendimos 12 unidades, y qué año fue para todos nosotros.' },
    /keep at least 60 % of the words/,
  ],
  'a number in words': [{ spokenText: IMPROVED.replace('12', 'twelve') }, /must keep the number \(12\)/],
  'a number made up': [{ spokenText: `${IMPROVED} Only 3 are left.` }, /must not add the number \(3\)/],
  'another text': [{ spokenText: 'Sales were 12 during the period ended 2026.' }, /keep at least 60 % of the words/],
};
for (const [name, [changes, warning]] of Object.entries(BROKEN)) {
  test(`${name} is not spoken`, async () => {
    written = { ...written, ...changes };
    const { spoken } = await createStage().start();
    assert.equal(spoken?.script, SCRIPT);
    assert.match(spoken.enhancement.warning ?? '', warning);
    assert.ok(spoken.enhancement.costUsd > 0, 'It was paid for all the same.');
  });
}

test('a script near the limit of the speech is not made longer than that', async () => {
  const sentence = 'We were glad to see so many of our good friends here today. ';
  const script = sentence.repeat(20).trim();
  written = { ...written, spokenText: `${script} ${sentence.repeat(3).trim()}` };
  const { spoken } = await createStage().start({ script });
  assert.equal(spoken?.script, script);
  assert.match(spoken.enhancement.warning ?? '', /surely take at most 90 seconds to say \(about 9\d/);
});

test('without a place at the provider the job waits for its turn', async () => {
  const { start } = createStage({ limit: { perMinute: 1 } });
  assert.equal((await start()).spoken?.enhancement.status, 'applied');
  const { id, spoken } = await start();
  assert.equal(spoken, undefined);
  assert.equal((await fixture.store.get(id))?.waitingFor?.reason, 'provider_busy');
});

test('a cancelled job is not answered with its own text', async () => {
  simulator.faults.set('hang');
  const { start, log } = createStage();
  const running = start();
  while (simulator.requests.length === 0) await new Promise(setImmediate);
  const [job] = (await fixture.store.list({ limit: 1 })).jobs;
  await fixture.store.requestCancel(job?.id ?? '');
  await fixture.time.advance(60_000);
  assert.equal((await running).spoken, undefined);
  assert.equal(log.lines.length, 0);
});
