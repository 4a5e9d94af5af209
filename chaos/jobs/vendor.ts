import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { CallRecovery } from '../../src/jobs/provider-call.ts';
import { createRandom } from '../../test/chaos/seeded-random.ts';
import type { LineLedger } from '../support/line-ledger.ts';
import {
  type Charge,
  type HoldPosition,
  NO_VENDOR_FAULTS,
  type VendorControl,
  type VendorFaults,
  type VendorOrder,
} from './vendor-protocol.ts';

/** Faults are spread: a step that meets them again and again would fail for good, which proves nothing about money. */
const MAXIMUM_FAULTS_PER_STEP = 1;
/** The work that a reference names is done when it has been asked for this often. */
const POLLS_UNTIL_DONE = 2;

type Work = { charge: Charge | undefined; polls: number };
type Fault = 'refused' | 'failed' | 'lost' | undefined;

/**
 * A vendor that is paid for each order, in three manners: `/key` answers a repeated idempotency key with the first reference
 * (409 while the first order is under way) and works until it was polled twice; `/lookup` lists what it has under a title;
 * `/none` remembers nothing. A charge is in the ledger before anything is answered.
 */
export function createVendor(options: {
  readonly ledger: LineLedger<Charge>;
  /** A request is withheld now. */
  readonly tellOpen: (kind: CallRecovery) => void;
}): Server {
  const { ledger, tellOpen } = options;
  const byKey = new Map<string, Work>();
  const byTitle = new Map<string, Charge>();
  const faultsPerStep = new Map<string, number>();
  const refusals = new Map<CallRecovery, number>();
  let hold: { readonly kind: CallRecovery; readonly position: HoldPosition } | undefined;
  let released = Promise.withResolvers<void>();
  let faults: VendorFaults = NO_VENDOR_FAULTS;
  let random = createRandom(faults.seed);
  let lastCharge = 0;

  function obey(control: VendorControl): void {
    if (control.order === 'hold') {
      hold = control;
      released = Promise.withResolvers();
    } else if (control.order === 'release') {
      hold = undefined;
      released.resolve();
    } else if (control.order === 'refuse') {
      refusals.set(control.kind, control.times);
    } else {
      faults = control.faults;
      random = createRandom(faults.seed);
    }
  }

  function drawFault(kind: CallRecovery, { job, step }: VendorOrder): Fault {
    const refusalsLeft = refusals.get(kind) ?? 0;
    if (refusalsLeft > 0) {
      refusals.set(kind, refusalsLeft - 1);
      return 'refused';
    }
    const drawn = random();
    const { refused, failed, lost } = faults;
    const fault =
      drawn < refused
        ? 'refused'
        : drawn < refused + failed
          ? 'failed'
          : drawn < refused + failed + lost
            ? 'lost'
            : undefined;
    const count = faultsPerStep.get(`${job}/${step}`) ?? 0;
    if (fault === undefined || count >= MAXIMUM_FAULTS_PER_STEP) return undefined;
    faultsPerStep.set(`${job}/${step}`, count + 1);
    return fault;
  }

  /** False when the client has left meanwhile. */
  async function withhold(kind: CallRecovery, position: HoldPosition, response: ServerResponse): Promise<boolean> {
    if (hold?.kind !== kind || hold.position !== position) return !response.destroyed;
    const { promise } = released;
    hold = undefined;
    tellOpen(kind);
    await Promise.race([promise, once(response, 'close')]);
    // Work that was begun goes on after its client has left, for as long as the test wants it to.
    if (position === 'after_charge') await promise;
    return !response.destroyed;
  }

  function charge(kind: CallRecovery, key: string | null, { job, step }: VendorOrder): Charge {
    lastCharge += 1;
    const charged = { chargeId: `charge-${lastCharge}`, kind, key, job, step, at: Date.now() };
    ledger.append(charged);
    return charged;
  }

  async function takeOrder(kind: CallRecovery, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const order = (await json(request)) as VendorOrder;
    const fault = drawFault(kind, order);
    if (fault === 'refused') return answer(response, 429, {});
    if (fault === 'failed') return answer(response, 500, {});
    const header = request.headers['idempotency-key'];
    const key = kind === 'lookup' ? (order.title ?? null) : typeof header === 'string' ? header : null;
    const known = kind === 'key' && key !== null ? byKey.get(key) : undefined;
    if (known !== undefined) {
      if (known.charge === undefined) return answer(response, 409, {});
      return answer(response, 200, { chargeId: known.charge.chargeId });
    }
    const work: Work = { charge: undefined, polls: 0 };
    if (kind === 'key' && key !== null) byKey.set(key, work);
    if (!(await withhold(kind, 'before_charge', response))) {
      if (key !== null) byKey.delete(key);
      return;
    }
    const charged = charge(kind, key, order);
    if (kind === 'lookup' && key !== null) byTitle.set(key, charged);
    if (kind === 'key') byKey.set(charged.chargeId, work);
    await withhold(kind, 'after_charge', response);
    work.charge = charged;
    if (fault === 'lost') response.destroy();
    else answer(response, 200, { chargeId: charged.chargeId });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://vendor');
    const [, kind, reference] = url.pathname.split('/') as [string, string, string | undefined];
    if (kind === 'control') {
      obey((await json(request)) as VendorControl);
      return answer(response, 200, {});
    }
    if (kind !== 'key' && kind !== 'lookup' && kind !== 'none') return answer(response, 404, {});
    if (request.method === 'POST') return takeOrder(kind, request, response);
    if (kind === 'lookup') {
      const found = byTitle.get(url.searchParams.get('title') ?? '');
      return answer(response, 200, { found: found === undefined ? [] : [found.chargeId] });
    }
    const work = byKey.get(reference ?? '');
    if (work === undefined) return answer(response, 404, {});
    work.polls += 1;
    return answer(response, 200, { done: work.polls >= POLLS_UNTIL_DONE });
  }

  return createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
