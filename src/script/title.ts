import { findMarkup } from './normalise/markdown.ts';
import { findSentences, segmenterLocale } from './sentences.ts';
import { displayWidth } from './caption-groups.ts';

/** What fits in one or two lines of the page; a Chinese, Japanese or Korean character takes the room of two letters. */
export const MAXIMUM_TITLE_WIDTH = 42;

/** Below this a first sentence ("Hello!") says nothing about the video, so the next one is tried. */
const MINIMUM_TITLE_WIDTH = 7;

/** Greetings that stand before the subject. */
const GREETING =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|hola|buenos días|bonjour|salut|hallo|guten (?:tag|morgen|abend)|ciao|buongiorno|olá|oi|bom dia|hoi|goedemorgen|cześć|dzień dobry|привет|здравствуйте|merhaba|नमस्ते|مرحبا|你好|大家好|안녕하세요|こんにちは|みなさん、?こんにちは)(?:[ ,](?:everyone|everybody|all|there|folks|friends|team|a todos|à tous|zusammen|a tutti|pessoal))*[!.,。！、 ]+/iu;

/** A welcome on its own; "Welcome to Acme" names the subject. */
const WELCOME =
  /^(?:welcome|bienvenue|bienvenid[oa]s?|willkommen|benvenut[ioae]|bem-vind[oa]s?|welkom|witamy|добро пожаловать|hoş geldiniz|स्वागत है|مرحبا بكم|欢迎|환영합니다|ようこそ)[!.,。！、،]+\s*/iu;

/** What points at the subject without naming it. */
const POINTER = /^(?:this is|here is|here are|here’s|here's) (?=\p{L}+ \p{L}+)/iu;

/** Words that leave a reader waiting for the next one; a title does not end with them. */
const DANGLING =
  /^(?:a|an|the|of|to|in|on|at|by|for|with|from|and|or|but|nor|so|as|is|are|was|were|be|that|which|who|than|my|your|his|her|its|our|their|this|these|those|we|you|i|he|she|they|it|will|would|can|could|should|has|have|had|not|more|most|very|about|into|if|when|because|el|la|los|las|un|una|unos|unas|de|del|al|en|y|o|que|con|por|para|su|es|le|les|des|du|au|aux|et|ou|une|à|avec|pour|sur|dans|est|ce|der|die|das|den|dem|ein|eine|einen|und|oder|zu|zum|zur|im|am|mit|für|von|vom|ist|il|lo|gli|di|da|e|è|per|che|os|as|um|uma|do|dos|das|no|na|com|het|een|van|met|voor|w|z|i|na|do|dla|в|на|и|с|к|по|для|не|ve|ile|bir|के|का|की|में|और|से|है)$/iu;

/**
 * A short title for a script that has none: its first telling sentence, cut where a clause or a word ends, without a
 * closing full stop. Never longer than `MAXIMUM_TITLE_WIDTH` columns. Empty when the script has no words.
 */
export function deriveTitle(script: string, language: string): string {
  const sentences = findSentences(script, language)
    .map((sentence) => plainText(script.slice(sentence.start, sentence.end)))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
  const first = sentences
    .map((sentence) => sentence.replace(GREETING, '').replace(WELCOME, '').replace(POINTER, '').trim())
    .find((sentence) => displayWidth(sentence) >= MINIMUM_TITLE_WIDTH);
  const chosen = first ?? sentences[0] ?? '';
  return capitalised(withoutEnd(shortened(chosen, language)), language);
}

/** The sentence without markup, emoji, web addresses and control characters, on one line. */
function plainText(text: string): string {
  let shown = '';
  let position = 0;
  for (const range of findMarkup(text)) {
    shown += text.slice(position, range.start);
    position = range.end;
  }
  shown += text.slice(position);
  return shown
    .toWellFormed()
    .replaceAll(/(?:https?:\/\/|www\.)\S+/giu, '')
    .replaceAll(/\p{RGI_Emoji}/gv, '')
    .replaceAll(/[\p{Cc}\p{Cf}\uFFFD]/gu, (character) => (/\s/u.test(character) ? ' ' : ''))
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ (?=[,.;:!?])/gu, '')
    .replace(/^[\s,.;:!?—–-]+/u, '')
    .trim();
}

function shortened(sentence: string, language: string): string {
  if (displayWidth(withoutEnd(sentence)) <= MAXIMUM_TITLE_WIDTH) return sentence;
  const clauses = Array.from(sentence.matchAll(/(?:[,;:](?=\s)|\s[—–-](?=\s)|—|[，、；：])/gu), (match) =>
    sentence.slice(0, match.index),
  );
  const clause = clauses.findLast(
    (text) => displayWidth(text) <= MAXIMUM_TITLE_WIDTH && displayWidth(text) >= MAXIMUM_TITLE_WIDTH / 2.5,
  );
  return clause ?? cutAtWord(sentence, language);
}

function cutAtWord(sentence: string, language: string): string {
  const hasSpaces = /\s/u.test(sentence);
  const granularity =
    hasSpaces && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(sentence)
      ? 'space'
      : 'word';
  const ends =
    granularity === 'space'
      ? Array.from(sentence.matchAll(/\s/gu), (match) => match.index)
      : Array.from(
          new Intl.Segmenter(segmenterLocale(language), { granularity: 'word' }).segment(sentence),
          (word) => word.index,
        );
  const fitting = ends.findLast((end) => end > 0 && displayWidth(sentence.slice(0, end)) <= MAXIMUM_TITLE_WIDTH);
  if (fitting === undefined) return cutAtCharacter(sentence);
  return withoutDanglingWords(sentence.slice(0, fitting));
}

function withoutDanglingWords(text: string): string {
  const words = text.split(' ');
  while (words.length > 2 && DANGLING.test((words.at(-1) ?? '').replace(/[^\p{L}\p{M}']+$/u, ''))) words.pop();
  return words.join(' ');
}

function cutAtCharacter(text: string): string {
  let cut = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (displayWidth(cut + segment) > MAXIMUM_TITLE_WIDTH) break;
    cut += segment;
  }
  return cut;
}

/** A question or an exclamation keeps its mark; a title has no full stop. */
function withoutEnd(text: string): string {
  const trimmed = text.replace(/[\s,;:，、；：—–-]+$/u, '');
  return /(?<![.])(?:\p{Lu}\.){2,}$/u.test(trimmed) ? trimmed : trimmed.replace(/[.。।…]+$/u, '').trimEnd();
}

function capitalised(text: string, language: string): string {
  const first = /^\p{Ll}/u.exec(text)?.[0];
  // "iPhone" and "eBay" begin with a small letter on purpose.
  if (first === undefined || /^\p{Ll}\p{Lu}/u.test(text)) return text;
  return first.toLocaleUpperCase(segmenterLocale(language)) + text.slice(first.length);
}
