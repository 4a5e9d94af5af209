import type { OpenAI } from 'openai';
import { AppError } from '../../core/errors.ts';
import type { EnhancementAnswer, ScriptEnhancer, ScriptToEnhance, TokenUsage } from '../script-enhancer.ts';
import type { readAnswer } from './openai/answer.ts';
import { openOpenAiClient } from './openai/client.ts';
import { openAiFailure } from './openai/failure.ts';
import { ANSWER_FORMAT, messagesFor, PROMPT_VERSION } from './openai/prompt.ts';

export type ModelPrice = { readonly inputUsdPerMillionTokens: number; readonly outputUsdPerMillionTokens: number };

export type OpenAiEnhancerOptions = {
  /** With its version, such as `https://api.openai.com/v1`, or any server with its /chat/completions. */
  readonly baseUrl: string;
  /** Null for a server of one's own that wants none. */
  readonly apiKey: string | null;
  readonly model: string;
  /** Null when it is not known: then calls are booked at 0. */
  readonly price: ModelPrice | null;
  readonly maximumOutputTokens: number;
  readonly timeoutSeconds: number;
};

const VENDOR = 'The OpenAI-compatible server for scripts';
/** English has four, most other languages three; a script comes back with a title and key points. */
const BYTES_PER_TOKEN = 3;

/**
 * OpenAI's chat completions, and the many servers that copy them, through the vendor's own client. The client is loaded with the
 * first script, repeats nothing by itself and takes no key from the environment. Models without structured output refuse
 * `response_format`, which costs nothing: they are asked once more without it, because the instructions describe the shape too.
 */
export function createOpenAiEnhancer(options: OpenAiEnhancerOptions): ScriptEnhancer {
  const { model, price, maximumOutputTokens, timeoutSeconds } = options;
  const costOf = ({ promptTokens, completionTokens }: TokenUsage): number =>
    price === null
      ? 0
      : (promptTokens * price.inputUsdPerMillionTokens + completionTokens * price.outputUsdPerMillionTokens) / 1e6;
  let loaded: Promise<LoadedClient> | undefined;
  let hasStructuredOutput = true;

  async function complete({ client, module }: LoadedClient, asked: ScriptToEnhance, signal: AbortSignal) {
    const request = { model, messages: messagesFor(asked), max_completion_tokens: maximumOutputTokens };
    if (hasStructuredOutput) {
      try {
        return await client.chat.completions.create({ ...request, response_format: ANSWER_FORMAT }, { signal });
      } catch (thrown) {
        if (!refusesFormat(thrown, module)) throw thrown;
        hasStructuredOutput = false;
      }
    }
    return client.chat.completions.create(request, { signal });
  }

  return {
    id: 'openai',
    identity: { model, promptVersion: PROMPT_VERSION },
    estimateUsd(asked) {
      const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
      const promptTokens = tokens(
        messagesFor(asked)
          .map(({ content }) => content)
          .join('\n'),
      );
      return costOf({ promptTokens, completionTokens: Math.min(maximumOutputTokens, 2 * tokens(asked.script) + 100) });
    },
    async enhance(asked, { signal }) {
      loaded ??= loadClient(options);
      const access = await loaded;
      const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        const completion = await complete(access, asked, AbortSignal.any([signal, deadline]));
        return readCompletion(completion, asked, { costOf, readAnswer: access.readAnswer });
      } catch (thrown) {
        throw openAiFailure(VENDOR, thrown, { client: access.module, signal, deadline });
      }
    },
  };
}

type LoadedClient = {
  readonly client: OpenAI;
  readonly module: typeof OpenAI;
  readonly readAnswer: typeof readAnswer;
};

async function loadClient(options: OpenAiEnhancerOptions): Promise<LoadedClient> {
  // Both are needed by the first script only, so a start need not wait for them.
  const [{ client, module }, answers] = await Promise.all([openOpenAiClient(options), import('./openai/answer.ts')]);
  return { client, module, readAnswer: answers.readAnswer };
}

function refusesFormat(thrown: unknown, { APIError }: typeof OpenAI): boolean {
  if (!(thrown instanceof APIError)) return false;
  const names = thrown.param === 'response_format' || /response_format|json_schema/.test(thrown.message);
  return (thrown.status === 400 || thrown.status === 422) && names;
}

/** A vendor's answer is data: every part of it is looked at before it is used. */
function readCompletion(
  completion: unknown,
  asked: ScriptToEnhance,
  means: { readonly costOf: (usage: TokenUsage) => number; readonly readAnswer: typeof readAnswer },
): EnhancementAnswer {
  const { choices, usage } = Object(completion) as Readonly<Record<string, unknown>>;
  const { prompt_tokens: prompt, completion_tokens: written } = Object(usage) as Readonly<Record<string, unknown>>;
  const tokens = { promptTokens: tokenCount(prompt), completionTokens: tokenCount(written) };
  const paid = { ...tokens, costUsd: means.costOf(tokens) };
  const [choice] = Array.isArray(choices) ? choices : [];
  const { finish_reason: reason, message } = Object(choice) as Readonly<Record<string, unknown>>;
  const { content, refusal } = Object(message) as Readonly<Record<string, unknown>>;
  if (choice === undefined) {
    throw new AppError({
      code: 'enhancer_unreadable',
      kind: 'protocol',
      message: `${VENDOR} answered without a choice.`,
    });
  }
  const useless = (uselessBecause: string) => ({ ...paid, enhanced: null, uselessBecause });
  if (typeof refusal === 'string' && refusal !== '') return useless('refused to edit the script');
  if (reason === 'content_filter') return useless('filtered its own answer');
  if (reason === 'length') return useless('ran out of tokens in the middle of its answer');
  if (typeof content !== 'string' || content === '') return useless('answered without any text');
  return { ...paid, ...means.readAnswer(content, asked) };
}

/** 0 for a server that does not count, or counts nonsense. */
function tokenCount(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? Math.min(value as number, 1e9) : 0;
}
