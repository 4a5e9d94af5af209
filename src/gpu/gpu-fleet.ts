import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Timer } from '../core/timer.ts';
import { createFairQueue } from './fair-queue.ts';
import { FleetServer } from './fleet-server.ts';
import type { GpuServer, LeaseOutcome, RunningUtterance, ServerState } from './fleet-server.ts';
import { planWork } from './fleet-plan.ts';
import type { Assignment, PlannedServer, PlannedWork } from './fleet-plan.ts';
import { measuredSpeed, plannedSpeed } from './learnt-speed.ts';
import { restoreBreaker } from './server-breaker.ts';
import type { Breaker, BreakerRules } from './server-breaker.ts';

/** The right to have one utterance spoken by one server. It must be released, once; later releases do nothing. */
export type GpuLease = {
  readonly server: { readonly id: string; readonly url: string };
  release(outcome: LeaseOutcome): void;
};

export type GpuFleetSnapshot = {
  readonly servers: readonly {
    readonly id: string;
    readonly state: ServerState;
    readonly active_streams: number;
    /** Waiting utterances that are at present meant for this server. */
    readonly queue_depth: number;
    /** Audio seconds per wall second, as learnt. */
    readonly speed: number;
    /** Since the start; cancelled utterances are not counted. */
    readonly failures: number;
  }[];
  readonly active_streams: number;
  readonly queue_depth: number;
  readonly healthy_servers: number;
  /** Less than half of the servers are healthy: nothing waits here, what finds no free server goes to the fallback. */
  readonly panicking: boolean;
};

export type GpuFleet = {
  /**
   * Waits for the server that is expected to be done first. `owner` is whose turn is counted (a job), `avoid` the servers
   * that have already failed at this utterance. Rejects with `gpu_servers_unavailable` when there is no server or the fleet
   * panics (its kind is that of the servers' last failure), `gpu_queue_full`, or `cancelled`/`timeout` when the signal ends
   * the wait.
   */
  acquire(request: {
    readonly expectedAudioSeconds: number;
    readonly signal: AbortSignal;
    readonly owner?: string;
    readonly avoid?: readonly string[];
  }): Promise<GpuLease>;
  join(server: GpuServer): void;
  /** Gives the server nothing more; it leaves when it has finished what it has, and then the promise resolves. */
  drain(id: string, options: { readonly signal: AbortSignal }): Promise<void>;
  /** At once; what it is still speaking may finish. */
  leave(id: string): void;
  snapshot(): GpuFleetSnapshot;
  /** By server id: what a restart must not forget. */
  breakers(): Readonly<Record<string, Breaker>>;
};

export type FleetRules = BreakerRules & {
  /** Below this share of healthy servers the fleet panics. Envoy's default. */
  readonly panicShare: number;
  readonly queueLimit: number;
};

/**
 * Ejection: three failures in a row, then 20, 40, 45, 45 ... seconds, so that a dead server gets five utterances in its
 * first 100 seconds. A server that recovers is found within a minute, also when it recovers just after it was given an
 * utterance that now hangs for the ten seconds of a connection.
 */
const DEFAULT_RULES: FleetRules = {
  failuresToEject: 3,
  ejectionSeconds: 20,
  longestEjectionSeconds: 45,
  panicShare: 0.5,
  queueLimit: 256,
};

/** While a free server is passed over for a faster busy one, that choice is looked at again this often: the busy one may hang. */
const SECOND_THOUGHT_MILLISECONDS = 1000;
const DEFAULT_SPEED = 1;

type Waiter = PlannedWork & {
  readonly grant: (lease: GpuLease) => void;
  readonly refuse: (error: AppError) => void;
};

/** Chooses which speech server gets the next utterance. Holds no connection: the adapter speaks to the server of its lease. */
export function createGpuFleet(options: {
  readonly servers: readonly GpuServer[];
  readonly clock: Clock;
  readonly timer: Timer;
  readonly rules?: Partial<FleetRules>;
  /** What `breakers` gave before a restart. */
  readonly restored?: Readonly<Record<string, Breaker>>;
}): GpuFleet {
  const { clock, timer, restored = {} } = options;
  const rules: FleetRules = { ...DEFAULT_RULES, ...options.rules };
  const servers = new Map<string, FleetServer>();
  const drained = new Map<FleetServer, (() => void)[]>();
  const queue = createFairQueue<Waiter>();
  let stopTimer: (() => void) | undefined;

  const candidates = (): FleetServer[] => [...servers.values()].filter((server) => !server.isDraining);
  const healthyCount = (): number => candidates().filter((server) => server.state === 'healthy').length;
  const isPanicking = (): boolean => healthyCount() < candidates().length * rules.panicShare;

  function typicalSpeed(): number {
    const speeds = candidates().map((server) => measuredSpeed(server.speed));
    return speeds.toSorted((a, b) => b - a)[Math.floor((speeds.length - 1) / 2)] ?? DEFAULT_SPEED;
  }

  function plan(): readonly (Assignment | undefined)[] {
    const now = clock.now();
    const typical = typicalSpeed();
    const panicking = isPanicking();
    const planned = candidates().map((server): PlannedServer => {
      const speed = plannedSpeed(server.speed, typical, now);
      const mayWait = server.state === 'healthy' && !panicking;
      return {
        id: server.id,
        speed,
        freeSlots: server.freeSlots(now),
        busySeconds: mayWait ? [...server.running].map((utterance) => remainingSeconds(utterance, speed, now)) : [],
        lastUsedAt: server.lastUsedAt,
      };
    });
    return planWork(planned, queue.items);
  }

  function start(waiter: Waiter, server: FleetServer): void {
    queue.serve(waiter);
    const utterance = server.start(waiter.expectedAudioSeconds, clock.now());
    waiter.grant({
      server: { id: server.id, url: server.url },
      release(outcome) {
        if (!server.running.has(utterance)) return;
        server.finish(utterance, outcome, { now: clock.now(), rules });
        if (server.isDraining && server.running.size === 0) leave(server.id, server);
        dispatch();
      },
    });
  }

  /** The last server is never ejected: when no other is in rotation, the one that may be tried first stands in for all. */
  function keepOneInRotation(now: number): void {
    const [first] = candidates().toSorted((a, b) => a.breaker.retryAt - b.breaker.retryAt);
    if (first === undefined || candidates().some((server) => server.breaker.state !== 'ejected')) return;
    const retryAt = Math.min(first.breaker.retryAt, now + rules.ejectionSeconds * 1000);
    first.breaker = { ...first.breaker, state: 'last_resort', retryAt };
  }

  function dispatch(): void {
    const now = clock.now();
    keepOneInRotation(now);
    for (const server of candidates()) {
      if (!server.isDueForProbe(now)) continue;
      const waiter = queue.items.find((item) => !item.avoid.includes(server.id));
      if (waiter !== undefined) start(waiter, server);
    }
    const waiting = queue.items;
    for (const [index, assignment] of plan().entries()) {
      const server = assignment?.startsNow === true ? servers.get(assignment.serverId) : undefined;
      if (server !== undefined) start(waiting[index]!, server);
    }
    if (candidates().length === 0 || isPanicking()) refuseWaiting();
    setTimer(now);
  }

  /** Of the kind of the failure that took the servers out: that is the cause. */
  function refuseWaiting(): void {
    const [latest] = candidates()
      .filter(({ breaker }) => breaker.state !== 'serving')
      .toSorted((a, b) => b.breaker.retryAt - a.breaker.retryAt);
    for (const waiter of queue.items) {
      queue.remove(waiter);
      waiter.refuse(
        new AppError({
          code: 'gpu_servers_unavailable',
          kind: latest?.breaker.lastFailure ?? 'unavailable',
          message: `At least ${rules.panicShare * 100} % of the speech servers must be healthy for work to wait for them; ${healthyCount()} of ${candidates().length} are.`,
        }),
      );
    }
  }

  function setTimer(now: number): void {
    stopTimer?.();
    stopTimer = undefined;
    if (queue.items.length === 0) return;
    const moments = candidates().flatMap((server) => [
      ...(server.freeSlots(now) > 0 ? [now + SECOND_THOUGHT_MILLISECONDS] : []),
      ...(server.breaker.retryAt > now ? [server.breaker.retryAt] : []),
      ...(server.pausedUntil > now ? [server.pausedUntil] : []),
    ]);
    if (moments.length === 0) return;
    stopTimer = timer.start(Math.min(...moments) - now, () => {
      stopTimer = undefined;
      dispatch();
    });
  }

  function find(id: string): FleetServer {
    const server = servers.get(id);
    if (server !== undefined) return server;
    const known = [...servers.keys()].join(', ');
    throw invalidServer(`A speech server must be one of the fleet (${known}); got ${id}.`);
  }

  function leave(id: string, server: FleetServer): void {
    if (servers.get(id) === server) servers.delete(id);
    for (const resolve of drained.get(server) ?? []) resolve();
    drained.delete(server);
  }

  function join(server: GpuServer): void {
    if (servers.has(server.id)) throw invalidServer(`A speech server's id must be its own; ${server.id} is taken.`);
    const speed = server.speed ?? DEFAULT_SPEED;
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw invalidServer(`The speed of a speech server must be above 0; ${server.id} has ${speed}.`);
    }
    const slots = server.slots ?? 1;
    if (!(Number.isInteger(slots) && slots > 0)) {
      throw invalidServer(
        `A speech server must take a whole number of utterances, at least 1; ${server.id} has ${slots}.`,
      );
    }
    const now = clock.now();
    const breaker = restoreBreaker(restored[server.id], now, rules);
    servers.set(server.id, new FleetServer(server, typicalSpeed(), now, breaker));
  }

  for (const server of options.servers) join(server);

  return {
    async acquire({ expectedAudioSeconds, signal, owner = '', avoid = [] }) {
      if (!(expectedAudioSeconds > 0 && Number.isFinite(expectedAudioSeconds))) {
        throw new RangeError(`expectedAudioSeconds must be above 0; got ${expectedAudioSeconds}.`);
      }
      if (signal.aborted) throw abortError(signal);
      if (queue.items.length >= rules.queueLimit) {
        throw new AppError({
          code: 'gpu_queue_full',
          kind: 'rate_limited',
          message: `At most ${rules.queueLimit} utterances may wait for the speech servers.`,
        });
      }
      const { promise, resolve, reject } = Promise.withResolvers<GpuLease>();
      const onAbort = (): void => {
        queue.remove(waiter);
        reject(abortError(signal));
        dispatch();
      };
      const waiter: Waiter = {
        expectedAudioSeconds,
        avoid,
        grant(lease) {
          signal.removeEventListener('abort', onAbort);
          resolve(lease);
        },
        refuse(error) {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.add(waiter, owner, expectedAudioSeconds);
      dispatch();
      return promise;
    },
    join(server) {
      join(server);
      dispatch();
    },
    async drain(id, { signal }) {
      const server = find(id);
      server.isDraining = true;
      if (server.running.size === 0) leave(id, server);
      dispatch();
      if (!servers.has(id)) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = (): void => reject(abortError(signal));
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      drained.set(server, [...(drained.get(server) ?? []), resolve]);
      await promise.finally(() => signal.removeEventListener('abort', onAbort));
    },
    leave(id) {
      leave(id, find(id));
      dispatch();
    },
    breakers: () => Object.fromEntries(Array.from(servers, ([id, server]) => [id, server.breaker])),
    snapshot() {
      const assignments = plan();
      return {
        servers: [...servers.values()].map((server) => ({
          id: server.id,
          state: server.state,
          active_streams: server.running.size,
          queue_depth: assignments.filter((assignment) => assignment?.serverId === server.id).length,
          speed: measuredSpeed(server.speed),
          failures: server.failures,
        })),
        active_streams: [...servers.values()].reduce((sum, server) => sum + server.running.size, 0),
        queue_depth: queue.items.length,
        healthy_servers: healthyCount(),
        panicking: isPanicking(),
      };
    },
  };
}

/** An utterance that overruns is expected to take as long again as it is late, so that a hung server attracts nothing. */
function remainingSeconds(utterance: RunningUtterance, speed: number, now: number): number {
  const left = utterance.expectedAudioSeconds / speed - (now - utterance.startedAt) / 1000;
  return Math.abs(left);
}

function invalidServer(message: string): AppError {
  return new AppError({ code: 'invalid_gpu_server', kind: 'invalid_input', message });
}

function abortError(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  if (reason instanceof AppError || (reason instanceof Error && reason.name === 'TimeoutError')) {
    return toAppError(reason);
  }
  return new AppError({
    code: 'cancelled',
    kind: 'cancelled',
    message: 'The wait for a speech server was cancelled.',
    cause: reason,
  });
}
