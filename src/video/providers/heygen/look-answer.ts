import { jsonObject } from './json-object.ts';

/** One appearance of an avatar: who can present. */
export type HeyGenLook = {
  /** Goes out as `avatar_id`. */
  readonly id: string;
  readonly name: string;
  readonly previewUrl: string | undefined;
  /** Generations of the engine that can draw it, such as `avatar_iv`; undefined when HeyGen does not say. */
  readonly engines: readonly string[] | undefined;
};

const LONGEST_ID = 200;
const LONGEST_NAME = 200;
const LONGEST_URL = 8_192;

/** Undefined for an element that cannot be asked for. */
export function readLook(element: unknown): HeyGenLook | undefined {
  const { id, name, preview_image_url: preview, supported_api_engines: engines } = jsonObject(element);
  if (typeof id !== 'string' || !isLookId(id)) return undefined;
  return {
    id,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, LONGEST_NAME).toWellFormed() : id,
    previewUrl: typeof preview === 'string' ? publicUrl(preview) : undefined,
    engines: Array.isArray(engines) ? engines.filter((engine) => typeof engine === 'string') : undefined,
  };
}

/** What can be an `avatar_id`. */
export function isLookId(text: string): boolean {
  return text.length <= LONGEST_ID && /^[\w-]+$/.test(text);
}

/** It goes to the user's browser, so it must be a plain address. */
function publicUrl(text: string): string | undefined {
  const url = text.length <= LONGEST_URL ? URL.parse(text) : null;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}
