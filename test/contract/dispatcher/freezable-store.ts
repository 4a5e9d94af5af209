import type { JobStore } from '../../../src/jobs/job-store.ts';

/**
 * The store of a process that can stand still: while it is frozen, whatever it asks of the journal stays unsent, as behind
 * SIGSTOP, and goes out when it is thawed.
 */
export type FreezableStore = { readonly store: JobStore; freeze(): void; thaw(): void };

export function createFreezableStore(real: JobStore): FreezableStore {
  let gate = Promise.resolve();
  let open = (): void => {};
  const store = new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || name === 'watchEvents' || name === 'close') return value;
      return async (...values: unknown[]): Promise<unknown> => {
        await gate;
        return Reflect.apply(value, target, values);
      };
    },
  });
  return {
    store,
    freeze() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      open = resolve;
    },
    thaw: () => open(),
  };
}
