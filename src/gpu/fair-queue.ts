/** A waiting line that is fair between owners (start-time fair queueing): a long script cannot starve a short one. */
export type FairQueue<Item> = {
  /** In the order in which they are to be served. */
  readonly items: readonly Item[];
  add(item: Item, owner: string, work: number): void;
  /** It was served: the line's own time moves on. */
  serve(item: Item): void;
  /** It gave up: its owner is not charged for it. */
  remove(item: Item): void;
};

type Place<Item> = { readonly item: Item; readonly owner: string; readonly work: number; start: number };

/** `work` is any positive measure that is the same for all, here seconds of audio. Each owner alone is served first come, first served. */
export function createFairQueue<Item>(): FairQueue<Item> {
  const places: Place<Item>[] = [];
  /** Where each owner's next item would start at the earliest. */
  const finishes = new Map<string, number>();
  let virtualTime = 0;

  function insert(place: Place<Item>): void {
    let index = places.length;
    while (index > 0 && places[index - 1]!.start > place.start) index -= 1;
    places.splice(index, 0, place);
  }

  function take(item: Item): Place<Item> | undefined {
    const index = places.findIndex((place) => place.item === item);
    return index < 0 ? undefined : places.splice(index, 1)[0];
  }

  return {
    get items() {
      return places.map((place) => place.item);
    },
    add(item, owner, work) {
      const start = Math.max(virtualTime, finishes.get(owner) ?? 0);
      finishes.set(owner, start + work);
      insert({ item, owner, work, start });
    },
    serve(item) {
      const place = take(item);
      if (place === undefined) return;
      virtualTime = Math.max(virtualTime, place.start);
      for (const [owner, finish] of finishes) if (finish <= virtualTime) finishes.delete(owner);
    },
    remove(item) {
      const removed = take(item);
      if (removed === undefined) return;
      const later = places.filter((place) => place.owner === removed.owner && place.start > removed.start);
      for (const place of later) {
        take(place.item);
        insert({ ...place, start: Math.max(virtualTime, place.start - removed.work) });
      }
      const finish = finishes.get(removed.owner);
      if (finish !== undefined) finishes.set(removed.owner, finish - removed.work);
    },
  };
}
