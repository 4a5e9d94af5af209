/** A text as it is sent to eSpeak NG, and for each of its code points the UTF-16 offset of the one it came from. */
export type EspeakText = { readonly text: string; readonly offsets: readonly number[] };

/** eSpeak NG reads SSML, so that these would be markup; the text is already normalised, and loses nothing that is spoken. */
const MARKUP = /[<>&]/u;
const SPOKEN = /[\p{Letter}\p{Mark}\p{Number}\u200c\u200d]/u;
/** Punctuation that shapes the phrase. */
const PHRASE = /[.,;:?!'\-¿¡،؛؟。、，；：？！।॥·]/u;
const QUOTE_AS_APOSTROPHE = /[’ʼ]/u;
const DASH = /[–—…]/u;
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/u;

/** Keeps what is spoken or shapes the phrase; emoji and other signs, whose names eSpeak NG would read out, become blanks. */
export function textForEspeak(text: string): EspeakText {
  const characters: string[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    const sent = sentAs(character);
    if (sent !== '') {
      characters.push(sent);
      offsets.push(offset);
    }
    offset += character.length;
  }
  return { text: characters.join(''), offsets };
}

function sentAs(character: string): string {
  if (INVISIBLE.test(character)) return '';
  if (QUOTE_AS_APOSTROPHE.test(character)) return "'";
  if (DASH.test(character)) return ',';
  if (MARKUP.test(character)) return ' ';
  return SPOKEN.test(character) || PHRASE.test(character) ? character : ' ';
}
