import type { Pcm } from '../media/pcm.ts';
import { encodeWav } from '../media/wav.ts';
import type { SpeechRequest } from './elevenlabs-request.ts';
import { errorAnswer } from './elevenlabs-errors.ts';
import { jsonAnswer } from './http-simulator.ts';
import type { SimulatedAnswer, SimulatedRequest } from './http-simulator.ts';

type Item = { readonly id: string; readonly wav: Uint8Array; readonly shown: object };

/** The default page of GET /v1/history. */
const PAGE_SIZE = 100;
/** Enough to have lost speech again, and little enough for a simulator that runs for days. */
const KEPT_ITEMS = 20;

/** What was spoken and paid for, newest first: speech whose answer was lost on the way can be had again from here. */
export class ElevenLabsHistory {
  #items: Item[] = [];
  #count = 0;

  add(spoken: {
    readonly requestId: string;
    readonly asked: SpeechRequest;
    readonly credits: number;
    readonly usedCredits: number;
    readonly pcm: Pcm;
    readonly now: number;
  }): void {
    const id = `history-${++this.#count}`;
    const shown = {
      history_item_id: id,
      request_id: spoken.requestId,
      voice_id: null,
      model_id: spoken.asked.model.id,
      text: spoken.asked.text,
      date_unix: Math.floor(spoken.now / 1000),
      character_count_change_from: spoken.usedCredits,
      character_count_change_to: spoken.usedCredits + spoken.credits,
      content_type: 'audio/wav',
      state: 'created',
      source: 'TTS',
      output_format: spoken.asked.format,
    };
    this.#items = [{ id, wav: encodeWav(spoken.pcm), shown }, ...this.#items].slice(0, KEPT_ITEMS);
  }

  /** Answers `/v1/history`, `/v1/history/{id}` and `/v1/history/{id}/audio`; undefined for any other path. */
  answer(request: SimulatedRequest, headers: Readonly<Record<string, string>>): SimulatedAnswer | undefined {
    const [, id, audio] = /^\/v1\/history(?:\/([^/]+)(\/audio)?)?$/.exec(request.path) ?? [undefined];
    if (!request.path.startsWith('/v1/history')) return undefined;
    if (id === undefined) return jsonAnswer(200, this.#page(request.query), headers);
    const item = this.#items.find((candidate) => candidate.id === id);
    if (item === undefined) return errorAnswer(404, 'not_found', 'history_item_not_found', 'Not found.', headers);
    if (audio === undefined) return jsonAnswer(200, item.shown, headers);
    return { status: 200, headers: { ...headers, 'content-type': 'audio/wav' }, body: item.wav };
  }

  #page(query: URLSearchParams): object {
    const after = query.get('start_after_history_item_id');
    const first = after === null ? 0 : this.#items.findIndex(({ id }) => id === after) + 1;
    const size = Math.max(1, Math.min(1000, Number(query.get('page_size') ?? PAGE_SIZE) || PAGE_SIZE));
    const page = this.#items.slice(first, first + size);
    return {
      history: page.map((item) => item.shown),
      last_history_item_id: page.at(-1)?.id ?? null,
      has_more: first + size < this.#items.length,
    };
  }
}
