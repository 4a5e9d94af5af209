import { findSentences } from '../script/sentences.ts';
import { deriveTitle } from '../script/title.ts';
import type { SimulatedWriter } from '../simulators/openai-chat.ts';

const MOST_KEY_POINTS = 3;

/**
 * What stands in for the model that improves scripts: it changes nothing but the look of the text, so that mock mode speaks what
 * was typed, and finds a title and key points by rule.
 */
export const simulatedWriter: SimulatedWriter = (messages) => {
  const { script, language } = readRequest(messages.at(-1)?.content ?? '');
  const title = deriveTitle(script, language);
  const keyPoints = findSentences(script, language)
    .map(({ start, end }) => deriveTitle(script.slice(start, end), language))
    .filter((point) => point !== '' && point !== title);
  return { spokenText: script.trim(), title, keyPoints: keyPoints.slice(0, MOST_KEY_POINTS), language };
};

/** A message that holds no script, as from another program, is taken for one. */
function readRequest(content: string): { readonly script: string; readonly language: string } {
  try {
    const { script, language } = Object(JSON.parse(content)) as Readonly<Record<string, unknown>>;
    if (typeof script === 'string' && typeof language === 'string') return { script, language };
  } catch {
    // Then it is prose.
  }
  return { script: content, language: 'en' };
}
