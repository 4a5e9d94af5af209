/** A script is work: it survives a closed tab. Browsers that keep nothing for a page simply start empty. */
const KEY = 'script-draft';

export function readDraft(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(script: string): void {
  try {
    localStorage.setItem(KEY, script);
  } catch {
    // Storage is full or forbidden; the script is still in the text area.
  }
}
