import { toAppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { isPlaceholder } from '../../config/placeholder.ts';

/** What was found out about one vendor; plain JSON without any key. */
export type VendorFinding = {
  readonly vendor: string;
  readonly state: 'ok' | 'wrong' | 'unreachable' | 'not_configured';
  /** What is there; or what is wrong, and which variable to correct. */
  readonly detail: string;
  readonly notes: readonly string[];
};

/** What a vendor answers with when all is well. */
export type GoodAnswer = { readonly detail: string; readonly notes?: readonly string[] };

export type VendorCheck = {
  readonly vendor: string;
  /** Said while nothing is set: what the vendor would do, and which variables it takes. */
  readonly purpose: string;
  /** Null where nothing is set. */
  readonly access: {
    /** Host and port, for people. */
    readonly address: string;
    /** Secrets by their variables; null for those that are not set. */
    readonly keys: Readonly<Record<string, string | null>>;
    /** Where a vendor is looked for. */
    readonly addressVariable: string;
    /** Asks nothing that is charged for. Throws AppError, or WrongSettingError. */
    ask(signal: AbortSignal): Promise<GoodAnswer>;
  } | null;
};

/** Thrown by a check that knows itself what has to be corrected. */
export class WrongSettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongSettingError';
  }
}

/** Of a shorter key the end would give away too much. */
const LONGEST_HIDDEN_KEY = 12;

/** The end of a key, by which its owner knows it; nothing of a short one. */
export function keyEnd(key: string): string {
  return key.length > LONGEST_HIDDEN_KEY ? `key …${key.slice(-4)}` : 'a key';
}

/** Asks a vendor and waits no longer than that, also for one that does not heed its signal. Never throws. */
export async function runVendorCheck(
  { vendor, purpose, access }: VendorCheck,
  { deadlineMilliseconds }: { readonly deadlineMilliseconds: number },
): Promise<VendorFinding> {
  const found = (state: VendorFinding['state'], detail: string, notes: readonly string[] = []) => ({
    vendor,
    state,
    detail,
    notes,
  });
  if (access === null) return found('not_configured', purpose);
  const { address, addressVariable, keys } = access;
  const unfilled = Object.entries(keys).find(([, key]) => key !== null && isPlaceholder(key));
  if (unfilled !== undefined) return found('wrong', `${unfilled[0]} holds the placeholder of an example, and no key.`);
  const deadline = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    deadline.abort();
    reject(new Error('late'));
  }, deadlineMilliseconds);
  try {
    const { detail, notes } = await Promise.race([access.ask(deadline.signal), late]);
    return found('ok', detail, notes);
  } catch (thrown) {
    if (deadline.signal.aborted) {
      return found('unreachable', `${address} gave no answer within ${deadlineMilliseconds / 1000} s.`);
    }
    if (thrown instanceof WrongSettingError) return found('wrong', thrown.message);
    const { kind, message } = toAppError(thrown);
    const correct = correctionOf(kind, Object.keys(keys), addressVariable, message);
    return correct === undefined
      ? found('unreachable', `${address}: ${message}`)
      : found('wrong', `${message}${correct === '' ? '' : ` ${correct}`}`);
  } finally {
    clearTimeout(timer);
  }
}

/** What to do about a failure; undefined for one that may pass. */
function correctionOf(
  kind: FailureKind,
  keys: readonly string[],
  addressVariable: string,
  message: string,
): string | undefined {
  // Some say it themselves.
  const isSaid = [...keys, addressVariable].some((name) => message.includes(name));
  switch (kind) {
    case 'auth':
      return isSaid ? '' : `Correct ${keys.length === 0 ? addressVariable : keys.join(' or ')}.`;
    case 'quota':
      return 'The key is known: add credit to its account.';
    case 'protocol':
    case 'unsupported':
    case 'invalid_input':
      return `Something else may be at this address: correct ${addressVariable}.`;
    default:
      return undefined;
  }
}
