import type { SimulatedAnswer } from './http-simulator.ts';
import { openAiError } from './openai-errors.ts';

export type ChatRequest = {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Infinity when the request sets no bound. */
  readonly mostTokens: number;
};

/** The vendor's own names begin like this; others are not found. */
const KNOWN_MODEL = /^(?:gpt-|chatgpt-|o\d)/;
/** Models from before August 2024 have no structured output. */
const WITHOUT_STRUCTURED_OUTPUT = /^gpt-(?:3\.5|4(?:-0314|-0613|-32k.*|-1106.*|-0125.*|-turbo.*|-vision.*)?$)/;
/** What strict mode does not support in a schema, by the vendor's guide to structured output. */
const UNSUPPORTED_KEYWORDS = ['minLength', 'maxLength', 'uniqueItems', 'patternProperties', 'allOf', 'not', 'default'];

/** The request, or the vendor's refusal of it. */
export function readChatRequest(body: string): ChatRequest | SimulatedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return openAiError(400, 'invalid_request_error', null, 'We could not parse the JSON body of your request.');
  }
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  const { model, messages, response_format: format } = fields;
  if (typeof model !== 'string') return invalid('model', 'you must provide a model parameter');
  if (!KNOWN_MODEL.test(model)) {
    const message = `The model \`${model}\` does not exist or you do not have access to it.`;
    return openAiError(404, 'invalid_request_error', 'model_not_found', message);
  }
  if (!Array.isArray(messages) || messages.length === 0) return invalid('messages', 'Expected an array of messages.');
  if (!messages.every(isMessage)) return invalid('messages', 'Expected messages with a role and a content.');
  const refusal = format === undefined ? undefined : refusalOfFormat(model, format);
  if (refusal !== undefined) return refusal;
  const mostTokens = fields['max_completion_tokens'] ?? Infinity;
  if (typeof mostTokens !== 'number' || mostTokens < 1) return invalid('max_completion_tokens', 'Expected a number.');
  return { model, messages, mostTokens };
}

function isMessage(value: unknown): value is ChatRequest['messages'][number] {
  const { role, content } = Object(value) as Readonly<Record<string, unknown>>;
  return typeof role === 'string' && typeof content === 'string' && content !== '';
}

function refusalOfFormat(model: string, format: unknown): SimulatedAnswer | undefined {
  const { type, json_schema: described } = Object(format) as Readonly<Record<string, unknown>>;
  if (type === 'text') return undefined;
  if (type !== 'json_schema') return invalid('response_format', 'Expected text or json_schema here.');
  if (WITHOUT_STRUCTURED_OUTPUT.test(model)) {
    const rule = `'response_format' of type 'json_schema' is not supported with this model`;
    return openAiError(400, 'invalid_request_error', null, `Invalid parameter: ${rule}.`, 'response_format');
  }
  const { name, schema, strict } = Object(described) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return invalid('response_format', 'Invalid name.');
  const mistake = strict === true ? mistakeInStrictSchema(schema, '') : undefined;
  return mistake === undefined ? undefined : invalid('response_format', `Invalid schema for '${name}': ${mistake}`);
}

/** Strict mode wants every object closed and every property required. */
function mistakeInStrictSchema(schema: unknown, path: string): string | undefined {
  const fields = Object(schema) as Readonly<Record<string, unknown>>;
  const unsupported = UNSUPPORTED_KEYWORDS.find((keyword) => Object.hasOwn(fields, keyword));
  if (unsupported !== undefined) return `In context=(${path}), '${unsupported}' is not permitted.`;
  if (fields['type'] === 'array') return mistakeInStrictSchema(fields['items'], `${path}/items`);
  if (fields['type'] !== 'object') return undefined;
  if (fields['additionalProperties'] !== false) {
    return `In context=(${path}), 'additionalProperties' is required to be supplied and to be false.`;
  }
  const properties = Object.entries(Object(fields['properties']) as Readonly<Record<string, unknown>>);
  const required = Array.isArray(fields['required']) ? fields['required'] : [];
  if (!properties.every(([property]) => required.includes(property))) {
    return `In context=(${path}), 'required' must include every key in properties.`;
  }
  return properties
    .map(([property, value]) => mistakeInStrictSchema(value, `${path}/${property}`))
    .find((mistake) => mistake !== undefined);
}

function invalid(param: string, message: string): SimulatedAnswer {
  return openAiError(400, 'invalid_request_error', 'invalid_value', message, param);
}
