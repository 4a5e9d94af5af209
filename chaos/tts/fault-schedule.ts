import type { FaultControl } from '../../src/simulators/fault-control.ts';

/** Has a simulator show a fault from its n-th request on; a FaultControl by itself begins with the next one. */
export class FaultSchedule {
  readonly #control: FaultControl;
  readonly #onRequest: (scenario: string | undefined) => void;
  #pending: { requestsBefore: number; readonly begin: () => void } | undefined;

  /** `onRequest` is told of every request and the fault that it meets. */
  constructor(control: FaultControl, onRequest: (scenario: string | undefined) => void = () => {}) {
    this.#control = control;
    this.#onRequest = onRequest;
    const take = control.take.bind(control);
    control.take = () => {
      const scenario = take();
      this.#count();
      this.#onRequest(scenario);
      return scenario;
    };
  }

  /** `position` counts from 1. With `lasting` the fault stays until it is cleared, else it meets one request. */
  begin(scenario: string, { position, isLasting }: { readonly position: number; readonly isLasting: boolean }): void {
    const begin = (): void => this.#control.set(scenario, isLasting ? {} : { times: 1 });
    if (position === 1) return begin();
    this.#pending = { requestsBefore: position - 1, begin };
  }

  clear(): void {
    this.#pending = undefined;
    this.#control.clear();
  }

  #count(): void {
    if (this.#pending === undefined) return;
    this.#pending.requestsBefore -= 1;
    if (this.#pending.requestsBefore > 0) return;
    this.#pending.begin();
    this.#pending = undefined;
  }
}
