import { createRandom } from '../../test/chaos/seeded-random.ts';
import { BREAKER_LIMITS, createCircuitBreakers, type BreakerLimits } from '../../src/core/circuit-breaker.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import type { Timer } from '../../src/core/timer.ts';
import { createGpuFleet, type FleetRules } from '../../src/gpu/gpu-fleet.ts';

export const ERROR_RATE = 0.01;

export type Traffic = { readonly calls: number; readonly seed: number };

/** What a healthy vendor's occasional failures are. A refused key is none: it opens a breaker at once, and rightly. */
const KINDS: readonly FailureKind[] = ['unavailable', 'timeout', 'protocol', 'bad_audio'];
const MILLISECONDS_BETWEEN_CALLS = 1000;
const REQUEST = { expectedAudioSeconds: 2, signal: new AbortController().signal };
const WELL = { ok: true, audioSeconds: 2, wallSeconds: 1 } as const;
/** Nothing waits in this traffic, so nothing has to ring. */
const SILENT_TIMER: Timer = { start: () => () => {} };

function createTraffic({ seed }: Traffic) {
  const random = createRandom(seed);
  const time = { now: Date.UTC(2026, 0, 1) };
  return {
    random,
    clock: { now: () => time.now },
    /** The failure of the next call, or undefined. */
    nextCall(): FailureKind | undefined {
      time.now += MILLISECONDS_BETWEEN_CALLS;
      return random() < ERROR_RATE ? KINDS[Math.floor(random() * KINDS.length)] : undefined;
    },
  };
}

/** How often the breaker of a provider opens under random errors. */
export function countProviderOpenings(traffic: Traffic, plants: Partial<BreakerLimits> = {}): number {
  const { clock, random, nextCall } = createTraffic(traffic);
  const breakers = createCircuitBreakers({ clock, random, limits: { ...BREAKER_LIMITS, ...plants } });
  let openings = 0;
  for (let call = 0; call < traffic.calls; call++) {
    const failure = nextCall();
    const permit = breakers.acquire('vibevoice');
    if (permit === undefined) continue;
    if (failure === undefined) {
      permit.succeed();
      continue;
    }
    const before = breakers.status('vibevoice').phase;
    permit.fail(failure);
    if (before === 'closed' && breakers.status('vibevoice').phase === 'open') openings += 1;
  }
  return openings;
}

/** How often a fleet of two takes a server out under random errors. */
export async function countServerEjections(traffic: Traffic, plants: Partial<FleetRules> = {}): Promise<number> {
  const { clock, nextCall } = createTraffic(traffic);
  const servers = ['a', 'b'].map((id) => ({ id, url: `ws://${id}/tts` }));
  const fleet = createGpuFleet({ servers, clock, timer: SILENT_TIMER, rules: plants });
  let ejections = 0;
  for (let call = 0; call < traffic.calls; call++) {
    const failure = nextCall();
    const lease = await fleet.acquire(REQUEST).catch(() => undefined);
    if (lease === undefined) continue;
    const isServing = (): boolean => fleet.breakers()[lease.server.id]?.state === 'serving';
    const wasServing = failure !== undefined && isServing();
    lease.release(failure === undefined ? WELL : { failed: failure });
    if (wasServing && !isServing()) ejections += 1;
  }
  return ejections;
}
