import type { Clock } from '../core/clock.ts';
import type { SimulatedLoad } from './dcgm.ts';

/** A Tesla T4 with the realtime model loaded, at rest and at work. */
const IDLE = { loadPercent: 1, memoryUsedMb: 4100, temperatureC: 38 };
const BUSY = { loadPercent: 94, memoryPerStreamMb: 450, temperatureC: 73 };
/** Load is there at once and fades over some readings, so that a short utterance is seen; warmth takes a minute. */
const LOAD_RISE_SECONDS = 0.3;
const LOAD_FALL_SECONDS = 5;
const WARMTH_SECONDS = 60;

/** What the GPU of a simulated speech server shows, given how many utterances it speaks. */
export class SimulatedGpu {
  readonly #clock: Clock;
  #streamCount = 0;
  /** Both from 0, at rest, to 1. */
  #activity = 0;
  #warmth = 0;
  #reachedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#reachedAt = clock.now();
  }

  setStreamCount(count: number): void {
    this.#advance();
    this.#streamCount = count;
  }

  load(): SimulatedLoad {
    this.#advance();
    return {
      loadPercent: Math.round(between(IDLE.loadPercent, BUSY.loadPercent, this.#activity)),
      memoryUsedMb: IDLE.memoryUsedMb + this.#streamCount * BUSY.memoryPerStreamMb,
      temperatureC: Math.round(between(IDLE.temperatureC, BUSY.temperatureC, this.#warmth)),
    };
  }

  #advance(): void {
    const now = this.#clock.now();
    const elapsedSeconds = Math.max(0, (now - this.#reachedAt) / 1000);
    this.#reachedAt = now;
    const aim = this.#streamCount > 0 ? 1 : 0;
    const paceSeconds = aim > this.#activity ? LOAD_RISE_SECONDS : LOAD_FALL_SECONDS;
    this.#activity = approach(this.#activity, aim, elapsedSeconds / paceSeconds);
    this.#warmth = approach(this.#warmth, this.#activity, elapsedSeconds / WARMTH_SECONDS);
  }
}

function between(low: number, high: number, share: number): number {
  return low + share * (high - low);
}

/** Nearer to the aim by all but 1/e of the way each unit of time. */
function approach(value: number, aim: number, units: number): number {
  return aim + (value - aim) * Math.exp(-units);
}
