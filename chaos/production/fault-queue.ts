import type { FaultControl } from '../../src/simulators/fault-control.ts';

/** A fault and the request that it waits for: the `position`-th, from 1, of those that can show it. */
export type PlannedFault = {
  readonly scenario: string;
  readonly position: number;
  /** Stays from then on; otherwise it meets one request. */
  readonly isLasting: boolean;
};

/**
 * Has a simulator show faults at later requests than the next one; a FaultControl by itself begins with that. Several come one
 * after the other, the position of each counted from the end of the one before.
 */
export class FaultQueue {
  readonly #control: FaultControl;
  readonly #take: () => string | undefined;
  readonly #strikes = new Map<string, number>();
  #waiting: PlannedFault[] = [];
  #requestsBefore = 0;

  constructor(control: FaultControl) {
    this.#control = control;
    this.#take = control.take.bind(control);
    control.take = () => this.#next();
  }

  begin(faults: readonly PlannedFault[]): void {
    this.#waiting = [...faults];
    this.#strikes.clear();
    this.#control.clear();
    this.#arm();
  }

  /** How many requests have met each scenario since `begin`. */
  get strikes(): ReadonlyMap<string, number> {
    return this.#strikes;
  }

  clear(): void {
    this.begin([]);
  }

  #arm(): void {
    const fault = this.#waiting.shift();
    if (fault === undefined) return;
    this.#requestsBefore = fault.position - 1;
    this.#control.set(fault.scenario, fault.isLasting ? {} : { times: 1 });
  }

  /** Simulators ask only at requests that can show the fault which is set. */
  #next(): string | undefined {
    if (this.#requestsBefore > 0) {
      this.#requestsBefore -= 1;
      return undefined;
    }
    const scenario = this.#take();
    if (scenario === undefined) return undefined;
    this.#strikes.set(scenario, (this.#strikes.get(scenario) ?? 0) + 1);
    if (this.#control.active() === undefined) this.#arm();
    return scenario;
  }
}
