/** A fault that a simulator can be told to show, from docs of the vendor it stands for. */
export type Fault<Scenario extends string = string> = {
  readonly scenario: Scenario;
  /** How many requests it meets; Infinity until it is cleared. */
  readonly remaining: number;
};

/**
 * Which fault the next request meets. Faults are switched at run time, so that an outage can be rehearsed. Without one, a
 * simulator behaves as its vendor does on a good day.
 */
export class FaultControl<Scenario extends string = string> {
  readonly scenarios: readonly Scenario[];
  /** What each scenario shows, in one sentence. */
  readonly descriptions: Readonly<Record<Scenario, string>>;
  #fault: Fault<Scenario> | undefined;

  constructor(descriptions: Readonly<Record<Scenario, string>>) {
    this.descriptions = descriptions;
    this.scenarios = Object.keys(descriptions) as Scenario[];
  }

  /** Throws RangeError for a scenario that this simulator does not know. */
  set(scenario: Scenario, options: { readonly times?: number } = {}): void {
    if (!this.scenarios.includes(scenario)) {
      throw new RangeError(`A fault must be one of ${this.scenarios.join(', ')}; got ${scenario}.`);
    }
    this.#fault = { scenario, remaining: options.times ?? Infinity };
  }

  clear(): void {
    this.#fault = undefined;
  }

  active(): Fault<Scenario> | undefined {
    return this.#fault;
  }

  /** The scenario that this request meets; counts it. */
  take(): Scenario | undefined {
    const fault = this.#fault;
    if (fault === undefined) return undefined;
    this.#fault = fault.remaining > 1 ? { ...fault, remaining: fault.remaining - 1 } : undefined;
    return fault.scenario;
  }
}
