import { AppError } from '../core/errors.ts';
import type { FaultControl } from './fault-control.ts';

/** One simulator and its faults; plain JSON. */
export type VendorFaults = {
  readonly vendor: string;
  /** `remaining`: how many requests the fault still meets; null until it is cleared. */
  readonly active: { readonly scenario: string; readonly remaining: number | null } | null;
  readonly scenarios: readonly { readonly scenario: string; readonly shows: string }[];
};

/**
 * The faults of a set of simulators by name. `vibevoice-1` is one simulator; `vibevoice` means all that are numbered so.
 * `set` and `clear` return the simulators that they meant. Throws AppError `unknown_fault` for a vendor or scenario that
 * is not there, and `invalid_value` for a number of times that is none; then nothing has changed.
 */
export type FaultBoard = {
  list(): readonly VendorFaults[];
  /** The next `times` requests meet the scenario; all of them without it, until it is cleared. */
  set(vendor: string, scenario: string, options?: { readonly times?: number | undefined }): readonly VendorFaults[];
  /** Ends the fault of a vendor, or all faults. */
  clear(vendor?: string): readonly VendorFaults[];
};

/** `controls` by the name of the simulator, such as `vibevoice-1` or `elevenlabs`. */
export function createFaultBoard(controls: ReadonlyMap<string, FaultControl>): FaultBoard {
  const names = [...controls.keys()];
  const meant = (vendor: string): readonly string[] => {
    const found = names.filter((name) => name === vendor || groupOf(name) === vendor);
    if (found.length > 0) return found;
    const known = [...new Set(names.flatMap((name) => [groupOf(name), name]))];
    throw unknownFault(`The vendor must be one of ${known.join(', ')}; got ${shown(vendor)}.`);
  };
  const describe = (vendors: readonly string[]): readonly VendorFaults[] =>
    vendors.flatMap((vendor) => {
      const control = controls.get(vendor);
      return control === undefined ? [] : [describeControl(vendor, control)];
    });
  return {
    list: () => describe(names),
    set(vendor, scenario, { times } = {}) {
      const vendors = meant(vendor);
      if (times !== undefined && !(Number.isSafeInteger(times) && times > 0)) {
        const message = `times must be a whole number above 0; got ${shown(String(times))}.`;
        throw new AppError({ code: 'invalid_value', kind: 'invalid_input', message });
      }
      for (const name of vendors) {
        const scenarios = controls.get(name)?.scenarios ?? [];
        if (scenarios.includes(scenario)) continue;
        throw unknownFault(`The scenario of ${name} must be one of ${scenarios.join(', ')}; got ${shown(scenario)}.`);
      }
      for (const name of vendors) controls.get(name)?.set(scenario, times === undefined ? {} : { times });
      return describe(vendors);
    },
    clear(vendor) {
      const vendors = vendor === undefined ? names : meant(vendor);
      for (const name of vendors) controls.get(name)?.clear();
      return describe(vendors);
    },
  };
}

function describeControl(vendor: string, control: FaultControl): VendorFaults {
  const fault = control.active();
  const remaining = fault === undefined || fault.remaining === Infinity ? null : fault.remaining;
  return {
    vendor,
    active: fault === undefined ? null : { scenario: fault.scenario, remaining },
    scenarios: control.scenarios.map((scenario) => ({ scenario, shows: control.descriptions[scenario] ?? '' })),
  };
}

function groupOf(name: string): string {
  return name.replace(/-\d+$/, '');
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 60));
}

function unknownFault(message: string): AppError {
  return new AppError({ code: 'unknown_fault', kind: 'invalid_input', message });
}
