/** What the server told the page about its limits and choices, in a `meta` element. */
export type Settings = {
  readonly maxScriptCharacters: number;
  readonly maxSpeechSeconds: number;
  readonly template: string;
  readonly languages: readonly string[];
};

export function readSettings(): Settings {
  const content = document.querySelector<HTMLMetaElement>('meta[name="settings"]')?.content ?? '';
  return JSON.parse(content) as Settings;
}
