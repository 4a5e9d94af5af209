import { failure } from './failure.ts';

/** A text message of either protocol: a JSON object. Throws AppError (`protocol`) for anything else. */
export function parseTextMessage(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw failure('protocol', 'must send JSON in its text messages, and did not', thrown);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw failure('protocol', 'must send JSON objects in its text messages, and did not');
}
