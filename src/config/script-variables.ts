import { decimal, integer, secret, text, url } from './variable.ts';
import type { Variable } from './variable.ts';

/** The variables of those who improve scripts. */
export const SCRIPT_VARIABLES = {
  openaiApiKey: secret('OPENAI_API_KEY', {
    section: 'script',
    default: null,
    description:
      'Key for improving scripts with OpenAI. Without it and without OPENAI_BASE_URL scripts are spoken as they are.',
  }),
  openaiModel: text('OPENAI_MODEL', {
    section: 'script',
    default: 'gpt-4',
    description:
      'Model that improves scripts. Those with structured output, such as gpt-4.1-mini, answer more reliably.',
  }),
  openaiBaseUrl: url('OPENAI_BASE_URL', ['http:', 'https:'], {
    section: 'script',
    default: null,
    description:
      'Any server with the /chat/completions of OpenAI, with its version: http://localhost:11434/v1. Without it: OpenAI.',
  }),
  openaiTimeoutSeconds: decimal('OPENAI_TIMEOUT', {
    section: 'script',
    default: 60,
    minimum: 1,
    maximum: 600,
    description: 'Seconds to wait for an improved script; after two such waits the script is spoken as it was written.',
  }),
  openaiMaxOutputTokens: integer('OPENAI_MAX_OUTPUT_TOKENS', {
    section: 'script',
    default: 4096,
    minimum: 256,
    maximum: 128_000,
    description: 'Most tokens of an answer, thinking included: models that think need more.',
  }),
  openaiUsdPerMillionInputTokens: decimal('OPENAI_USD_PER_1M_INPUT_TOKENS', {
    section: 'script',
    default: null,
    minimum: 0,
    maximum: 10_000,
    description: 'Price of a million tokens that are read. Without both prices: the known price of the model, else 0.',
  }),
  openaiUsdPerMillionOutputTokens: decimal('OPENAI_USD_PER_1M_OUTPUT_TOKENS', {
    section: 'script',
    default: null,
    minimum: 0,
    maximum: 10_000,
    description: 'Price of a million tokens that are written.',
  }),
} as const satisfies Record<string, Variable<unknown>>;
