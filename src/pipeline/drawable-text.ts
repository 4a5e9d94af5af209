/** Letters of other writing systems have no font here and would be drawn as boxes. */
const WITHOUT_FONT =
  /(?=\p{L})[^\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Hebrew}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]/u;

/** False when a letter of the text has no font among those that are installed. */
export function canDraw(text: string): boolean {
  return !WITHOUT_FONT.test(text);
}
