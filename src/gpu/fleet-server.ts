import type { FailureKind } from '../core/failure-policy.ts';
import { guessSpeed, learnSpeed } from './learnt-speed.ts';
import type { LearntSpeed } from './learnt-speed.ts';
import { afterFailure, afterSuccess } from './server-breaker.ts';
import type { Breaker, BreakerRules } from './server-breaker.ts';

/** A speech server as it is configured. */
export type GpuServer = {
  readonly id: string;
  readonly url: string;
  /** A first guess in audio seconds per wall second; without one a server starts as what is typical of the fleet. */
  readonly speed?: number;
  /** How many utterances it takes at once; the upstream VibeVoice server takes one. */
  readonly slots?: number;
};

/** What the holder of a lease says when it is done. `wallSeconds` counts from the request to the last sample. */
export type LeaseOutcome =
  | { readonly ok: true; readonly audioSeconds: number; readonly wallSeconds: number }
  | { readonly failed: FailureKind; readonly retryAfterSeconds?: number };

export type RunningUtterance = {
  readonly expectedAudioSeconds: number;
  readonly startedAt: number;
  /** It decides whether a server that was taken out of rotation comes back. */
  readonly isProbe: boolean;
};

export type ServerState = 'healthy' | 'ejected' | 'probing' | 'last_resort' | 'draining';

/** Without a hint, a busy server is asked again after this; upstream holds its lock until the last request's thread has ended. */
const BUSY_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 60;

/** One server's life in the fleet: what it is speaking, how fast it is, whether it may have work. Times are milliseconds since the epoch. */
export class FleetServer {
  readonly id: string;
  readonly url: string;
  readonly slots: number;
  readonly running = new Set<RunningUtterance>();
  speed: LearntSpeed;
  breaker: Breaker;
  failures = 0;
  pausedUntil = 0;
  lastUsedAt = 0;
  isDraining = false;

  constructor(server: GpuServer, firstSpeed: number, now: number, breaker: Breaker) {
    this.id = server.id;
    this.url = server.url;
    this.slots = server.slots ?? 1;
    this.breaker = breaker;
    this.speed = guessSpeed(server.speed ?? firstSpeed, now);
  }

  get state(): ServerState {
    if (this.isDraining) return 'draining';
    if (this.breaker.state === 'serving') return 'healthy';
    return this.running.values().some((utterance) => utterance.isProbe) ? 'probing' : this.breaker.state;
  }

  /** How many utterances it may be given now. After a failure it gets one at a time until one succeeds. */
  freeSlots(now: number): number {
    if (this.isDraining || now < this.pausedUntil || this.breaker.state !== 'serving') return 0;
    const slots = this.breaker.consecutiveFailures > 0 ? 1 : this.slots;
    return Math.max(0, slots - this.running.size);
  }

  /** Out of rotation, its time is up, and nobody is trying it: the next utterance may. */
  isDueForProbe(now: number): boolean {
    if (this.isDraining || this.breaker.state === 'serving' || this.running.size > 0) return false;
    return now >= Math.max(this.breaker.retryAt, this.pausedUntil);
  }

  start(expectedAudioSeconds: number, now: number): RunningUtterance {
    const utterance = { expectedAudioSeconds, startedAt: now, isProbe: this.breaker.state !== 'serving' };
    this.running.add(utterance);
    this.lastUsedAt = now;
    return utterance;
  }

  finish(
    utterance: RunningUtterance,
    outcome: LeaseOutcome,
    context: { readonly now: number; readonly rules: BreakerRules },
  ): void {
    this.running.delete(utterance);
    // What began before an ejection says nothing about whether the server has recovered since.
    const counts = utterance.isProbe || this.breaker.state === 'serving';
    if ('ok' in outcome) {
      this.speed = learnSpeed(this.speed, outcome.audioSeconds, outcome.wallSeconds, context.now);
      if (counts) this.breaker = afterSuccess(this.breaker, context.rules);
      return;
    }
    if (outcome.failed !== 'cancelled') this.failures += 1;
    if (outcome.failed === 'rate_limited') {
      const seconds = Math.min(outcome.retryAfterSeconds ?? BUSY_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS);
      this.pausedUntil = context.now + seconds * 1000;
    }
    if (counts) this.breaker = afterFailure(this.breaker, outcome.failed, context);
  }
}
