import { countCharacters, estimateSpeechSeconds } from '../src/script/script-limits.ts';
import { byId } from './elements.ts';
import type { Settings } from './settings.ts';
import { clockTime } from './wording.ts';

/** Keeps the count and the length under the script up to date, and says when one is over its limit. */
export function showScriptMeasure(script: string, language: string, settings: Settings): void {
  const characters = countCharacters(script);
  const seconds = estimateSpeechSeconds(script, language === '' ? languageByWriting(script) : language);
  const count = byId('script-count', HTMLSpanElement);
  const duration = byId('script-duration', HTMLSpanElement);

  count.textContent = `${characters.toLocaleString('en')} / ${settings.maxScriptCharacters.toLocaleString('en')} characters`;
  count.classList.toggle('over', characters > settings.maxScriptCharacters);
  duration.textContent = seconds === 0 ? '' : `about ${clockTime(seconds)} of ${clockTime(settings.maxSpeechSeconds)}`;
  duration.classList.toggle('over', seconds > settings.maxSpeechSeconds);
}

/** Enough to guess a speaking rate; the server detects the language itself. */
function languageByWriting(script: string): string {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(script)) return 'ja';
  if (/\p{Script=Hangul}/u.test(script)) return 'ko';
  if (/\p{Script=Han}/u.test(script)) return 'zh';
  return 'en';
}
