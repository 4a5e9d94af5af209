/** Keeps clean-up away from entries in use. Readers and writers share an entry; a removal has it alone or not at all. */
export type EntryLocks = {
  /** Waits for a removal under way, which takes moments. The answer gives the entry back. */
  share(key: string): Promise<() => void>;
  /** Does the work unless someone has the entry, and says whether it did. Never waits for an entry. */
  tryAlone(key: string, work: () => Promise<void>): Promise<boolean>;
};

export function createEntryLocks(): EntryLocks {
  const shares = new Map<string, number>();
  const removals = new Map<string, Promise<void>>();

  return {
    async share(key) {
      for (let removal = removals.get(key); removal !== undefined; removal = removals.get(key)) {
        await removal.catch(() => {});
      }
      shares.set(key, (shares.get(key) ?? 0) + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (shares.get(key) ?? 1) - 1;
        if (left === 0) shares.delete(key);
        else shares.set(key, left);
      };
    },
    async tryAlone(key, work) {
      if (shares.has(key) || removals.has(key)) return false;
      const removal = work();
      removals.set(key, removal);
      try {
        await removal;
        return true;
      } finally {
        removals.delete(key);
      }
    },
  };
}
