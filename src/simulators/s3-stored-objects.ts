export type StoredObject = {
  /** Empty where bodies are not kept. */
  readonly bytes: Buffer;
  readonly byteCount: number;
  readonly contentType: string;
  /** Quotes included. */
  readonly etag: string;
  readonly modifiedAt: number;
};

/** The objects of a bucket by key. Lists need them in the order of their bytes, which is kept until a key is new. */
export class StoredObjects extends Map<string, StoredObject> {
  #order: readonly string[] | undefined;

  override set(key: string, object: StoredObject): this {
    if (!this.has(key)) this.#order = undefined;
    return super.set(key, object);
  }

  /** Up to `limit` keys with the prefix that come after `after`. */
  keysAfter(after: string, prefix: string, limit: number): readonly string[] {
    this.#order ??= [...this.keys()]
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
      .map(({ key }) => key);
    const found: string[] = [];
    for (let index = this.#firstAfter(after, prefix); index < this.#order.length && found.length < limit; index += 1) {
      const key = this.#order[index] ?? '';
      if (!key.startsWith(prefix)) break;
      if (this.has(key)) found.push(key);
    }
    return found;
  }

  /** The first place behind `after` and not before the prefix. */
  #firstAfter(after: string, prefix: string): number {
    const [past, first] = [Buffer.from(after), Buffer.from(prefix)];
    const order = this.#order ?? [];
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const key = Buffer.from(order[middle] ?? '');
      if (Buffer.compare(key, past) > 0 && Buffer.compare(key, first) >= 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
