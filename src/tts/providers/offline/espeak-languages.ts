/** A voice as eSpeak NG lists it. A lower priority number is a better fit for the language. */
export type EspeakVoiceEntry = {
  readonly identifier: string;
  readonly languages: readonly { readonly name: string; readonly priority: number }[];
};

/** Tags whose usual meaning eSpeak NG's own list does not know. */
const ALIASES: Readonly<Record<string, string>> = {
  'zh-hk': 'yue',
  'zh-mo': 'yue',
  'zh-cn': 'cmn',
  'zh-tw': 'cmn',
  'zh-hans': 'cmn',
  'zh-hant': 'cmn',
  zh: 'cmn',
  iw: 'he',
  in: 'id',
  nn: 'nb',
  no: 'nb',
};

/**
 * The voice for a language tag: an exact match, else the match for the tag without its last part, and so on; undefined
 * when eSpeak NG does not speak the language. Its own lookup keeps the previous voice for a name it does not know, and so
 * would read French with a German voice.
 */
export function findEspeakVoice(voices: readonly EspeakVoiceEntry[], tag: string): string | undefined {
  const parts = tag.toLowerCase().split(/[-_]/);
  for (let length = parts.length; length > 0; length--) {
    const prefix = parts.slice(0, length).join('-');
    const wanted = ALIASES[prefix] ?? prefix;
    const matches = voices.flatMap(({ identifier, languages }) =>
      languages.filter(({ name }) => name.toLowerCase() === wanted).map(({ priority }) => ({ identifier, priority })),
    );
    const best = matches.toSorted((a, b) => a.priority - b.priority)[0];
    if (best !== undefined) return best.identifier;
  }
  return undefined;
}

/** Every language tag that the voices claim, once, in alphabetical order. */
export function espeakLanguages(voices: readonly EspeakVoiceEntry[]): string[] {
  const names = voices.flatMap(({ languages }) => languages.map(({ name }) => name.toLowerCase()));
  return [...new Set([...names, ...Object.keys(ALIASES)])].toSorted();
}
