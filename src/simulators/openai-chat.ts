import { FaultControl } from './fault-control.ts';
import { jsonAnswer, startHttpSimulator, TRANSPORT_FAULTS } from './http-simulator.ts';
import type { SimulatedAnswer, SimulatedRequest } from './http-simulator.ts';
import { readChatRequest } from './openai-chat-request.ts';
import type { ChatRequest } from './openai-chat-request.ts';
import { OPENAI_REFUSALS, openAiError, openAiModelList, openAiRefusal, openAiUnauthorized } from './openai-errors.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

const FAULTS = {
  ...OPENAI_REFUSALS,
  refusal: 'A success in which the model declines to write, with its reason in `refusal`.',
  'length-cut': 'A success that stops in the middle of its JSON, with finish_reason length.',
  'content-filter': 'A success without content, with finish_reason content_filter.',
  'malformed-json': 'A success whose content is prose around broken JSON.',
  'breaks-schema': 'A success whose content is JSON of another shape than the schema asks for.',
  'changed-facts': 'A success in which every digit of the text is another one.',
  rambling: 'A success whose longest text is said five times over.',
  'no-choices': 'A success without any choice in it.',
  ...TRANSPORT_FAULTS,
} as const;
export type OpenAiChatFault = keyof typeof FAULTS;

/** What stands in for the model: gives the JSON that the messages ask for. Deterministic, so that videos are. */
export type SimulatedWriter = (messages: ChatRequest['messages']) => Readonly<Record<string, unknown>>;

export type OpenAiChatSimulatorOptions = SimulatorOptions & {
  readonly writer: SimulatedWriter;
  /** The only key that is accepted. */
  readonly apiKey: string;
  /** How long the fault `slow-first-byte` waits. */
  readonly slowSeconds?: number | undefined;
};

/** Some of those that the vendor lists. */
const MODELS = [
  'gpt-4',
  'gpt-4-turbo',
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1',
  'gpt-4.1-mini',
  'gpt-4.1-nano',
  'gpt-5',
  'gpt-5-mini',
];
/** English text has about four characters in a token. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * OpenAI's `POST /v1/chat/completions` as the vendor's own client describes it (`resources/chat/completions` of openai 7.57),
 * without streams and tools, and `GET /v1/models`. Structured output by `response_format` where the model has it; the older models refuse that.
 */
export function startOpenAiChatSimulator(options: OpenAiChatSimulatorOptions): Promise<Simulator<OpenAiChatFault>> {
  const { port, keptRequests, slowSeconds = 30 } = options;
  let requestCount = 0;
  return startHttpSimulator<OpenAiChatFault>({
    port,
    keptRequests,
    faults: new FaultControl(FAULTS),
    slowSeconds,
    async answer(request, fault) {
      requestCount += 1;
      const answer = complete(options, request, fault, requestCount);
      return { ...answer, headers: { 'x-request-id': `req_simulated_${requestCount}`, ...answer.headers } };
    },
  });
}

function complete(
  { apiKey, writer }: OpenAiChatSimulatorOptions,
  request: SimulatedRequest,
  fault: OpenAiChatFault | undefined,
  count: number,
): SimulatedAnswer {
  const refusal = fault === undefined ? undefined : openAiRefusal(fault);
  if (refusal !== undefined) return refusal;
  if (request.headers['authorization'] !== `Bearer ${apiKey}`) return openAiUnauthorized();
  if (request.method === 'GET' && request.path === '/v1/models') return openAiModelList(MODELS);
  if (request.method !== 'POST' || request.path !== '/v1/chat/completions') {
    return openAiError(404, 'invalid_request_error', null, 'Invalid URL');
  }
  const asked = readChatRequest(request.body);
  if ('status' in asked) return asked;
  const written = writer(asked.messages);
  const choice = choiceOf(fault, written, asked.mostTokens);
  const promptTokens = tokensOf(asked.messages.map(({ content }) => content).join('\n'));
  const completionTokens = tokensOf(choice.message.content ?? choice.message.refusal ?? '');
  return jsonAnswer(200, {
    id: `chatcmpl-simulated${count}`,
    object: 'chat.completion',
    created: 0,
    model: asked.model,
    choices: fault === 'no-choices' ? [] : [{ index: 0, logprobs: null, ...choice }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  });
}

type Choice = {
  readonly finish_reason: 'stop' | 'length' | 'content_filter';
  readonly message: { readonly role: 'assistant'; readonly content: string | null; readonly refusal: string | null };
};

function choiceOf(
  fault: OpenAiChatFault | undefined,
  written: Readonly<Record<string, unknown>>,
  mostTokens: number,
): Choice {
  const says = (content: string | null, reason: Choice['finish_reason'] = 'stop', refusal: string | null = null) =>
    ({ finish_reason: reason, message: { role: 'assistant', content, refusal } }) as const;
  const whole = JSON.stringify(written);
  switch (fault) {
    case 'refusal':
      return says(null, 'stop', 'I’m sorry, but I cannot help with that request.');
    case 'length-cut':
      return says(whole.slice(0, Math.floor(whole.length / 2)), 'length');
    case 'content-filter':
      return says('', 'content_filter');
    case 'malformed-json':
      return says(`Sure! Here is the script:\n${whole.slice(0, -2)}`);
    case 'breaks-schema':
      return says(JSON.stringify({ text: Object.values(written).join(' ') }));
    case 'changed-facts':
      return says(JSON.stringify(changeTexts(written, withOtherDigits)));
    case 'rambling':
      return says(JSON.stringify(changeTexts(written, (text) => (text.length > 10 ? `${text} `.repeat(5) : text))));
    default: {
      const most = mostTokens * CHARACTERS_PER_TOKEN;
      return whole.length <= most ? says(whole) : says(whole.slice(0, most), 'length');
    }
  }
}

function changeTexts(
  written: Readonly<Record<string, unknown>>,
  change: (text: string) => string,
): Readonly<Record<string, unknown>> {
  const changed = Object.entries(written).map(([name, value]) => [
    name,
    typeof value === 'string' ? change(value) : value,
  ]);
  return Object.fromEntries(changed) as Record<string, unknown>;
}

function withOtherDigits(text: string): string {
  return text.replaceAll(/[0-9]/g, (digit) => String((Number(digit) + 1) % 10));
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
