/**
 * The results of `work` in the order of the items, at most `limit` at a time. At the first failure nothing new is begun, the
 * signal that the others were given aborts, and the failure is thrown once they have all ended: nothing goes on unseen.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  options: { readonly limit: number; readonly signal: AbortSignal },
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const { limit } = options;
  if (!(Number.isInteger(limit) && limit >= 1)) throw new RangeError(`A limit must be 1 or more, and is ${limit}.`);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as Item, index, signal);
      } catch (thrown) {
        failures.push(thrown);
        stop.abort(new DOMException('A part beside this one failed.', 'AbortError'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run));
  if (failures.length > 0) throw failures[0];
  return results;
}
