import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../test/chaos/seeded-random.ts';
import { createGpuFleet } from './gpu-fleet.ts';
import type { GpuFleet, GpuFleetSnapshot } from './gpu-fleet.ts';

/** Discrete events in virtual seconds; nothing here looks at a clock. */
type Agenda = {
  now(): number;
  at(seconds: number, happen: () => void): () => void;
  run(): Promise<void>;
};

function createAgenda(): Agenda {
  let now = 0;
  const events: { readonly seconds: number; readonly happen: () => void }[] = [];
  return {
    now: () => now,
    at(seconds, happen) {
      const event = { seconds, happen };
      let index = events.length;
      while (index > 0 && events[index - 1]!.seconds <= seconds) index -= 1;
      events.splice(index, 0, event);
      return () => {
        const place = events.indexOf(event);
        if (place >= 0) events.splice(place, 1);
      };
    },
    async run() {
      for (let event = events.pop(); event !== undefined; event = events.pop()) {
        now = Math.max(now, event.seconds);
        event.happen();
        await new Promise(setImmediate);
      }
    },
  };
}

type Job = { readonly arrival: number; readonly audioSeconds: number; readonly expectedAudioSeconds: number };
type Speeds = Readonly<Record<string, number>>;
type Figures = { readonly p50: number; readonly p95: number; readonly p99: number };

/** Poisson arrivals; audio of 4 to 16 s, 10 s on average, of which the sender's guess is off by up to a fifth. */
function makeJobs(seed: number, count: number, speeds: Speeds, load: number): readonly Job[] {
  const random = createRandom(seed);
  const totalSpeed = Object.values(speeds).reduce((sum, speed) => sum + speed, 0);
  const meanGap = 10 / totalSpeed / load;
  let arrival = 0;
  return Array.from({ length: count }, () => {
    arrival += -Math.log(1 - random()) * meanGap;
    const audioSeconds = 4 + 12 * random();
    return { arrival, audioSeconds, expectedAudioSeconds: audioSeconds * (0.8 + 0.4 * random()) };
  });
}

function figuresOf(responses: readonly number[]): Figures {
  const sorted = responses.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)]! * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** A policy that binds a job to a server on arrival; each server works first come, first served. */
function simulateBinding(
  jobs: readonly Job[],
  speeds: Speeds,
  pick: (context: { readonly index: number; readonly job: Job; readonly freeAt: Map<string, number> }) => string,
): Figures {
  const freeAt = new Map(Object.keys(speeds).map((id) => [id, 0]));
  return figuresOf(
    jobs.map((job, index) => {
      const id = pick({ index, job, freeAt });
      const end = Math.max(job.arrival, freeAt.get(id)!) + job.audioSeconds / speeds[id]!;
      freeAt.set(id, end);
      return end - job.arrival;
    }),
  );
}

type Outage = { readonly id: string; readonly fromSeconds: number; readonly toSeconds: number };

/** The real fleet over virtual time. A dead server refuses at once: the worst case, because it is always free. */
async function simulateFleet(
  jobs: readonly Job[],
  speeds: Speeds,
  options: {
    readonly outage?: Outage;
    readonly script?: (agenda: Agenda, fleet: GpuFleet) => void;
    readonly members?: readonly string[];
  } = {},
): Promise<{
  readonly figures: Figures;
  readonly starts: readonly { readonly id: string; readonly seconds: number; readonly failed: boolean }[];
  readonly refused: number;
  readonly finished: number;
  readonly snapshot: GpuFleetSnapshot;
}> {
  const agenda = createAgenda();
  const fleet = createGpuFleet({
    servers: (options.members ?? Object.keys(speeds)).map((id) => ({ id, url: `ws://${id}` })),
    clock: { now: () => agenda.now() * 1000 },
    alarm: { start: (delay, ring) => agenda.at(agenda.now() + delay / 1000, ring) },
    rules: { queueLimit: Infinity },
  });
  const responses: number[] = [];
  const starts: { id: string; seconds: number; failed: boolean }[] = [];
  let refused = 0;
  const { signal } = new AbortController();

  async function speak(job: Job, avoid: readonly string[]): Promise<void> {
    const lease = await fleet.acquire({ expectedAudioSeconds: job.expectedAudioSeconds, signal, avoid });
    const { id } = lease.server;
    const seconds = agenda.now();
    const dead = options.outage;
    const failed = dead?.id === id && seconds >= dead.fromSeconds && seconds < dead.toSeconds;
    starts.push({ id, seconds, failed });
    if (failed) {
      lease.release({ failed: 'unavailable' });
      return speak(job, [...avoid, id]);
    }
    const wallSeconds = job.audioSeconds / speeds[id]!;
    agenda.at(seconds + wallSeconds, () => {
      lease.release({ ok: true, audioSeconds: job.audioSeconds, wallSeconds });
      responses.push(agenda.now() - job.arrival);
    });
  }

  for (const job of jobs) {
    agenda.at(job.arrival, () => {
      speak(job, []).catch(() => {
        refused += 1;
      });
    });
  }
  options.script?.(agenda, fleet);
  await agenda.run();
  return { figures: figuresOf(responses), starts, refused, finished: responses.length, snapshot: fleet.snapshot() };
}

const MIXED: Speeds = { fast1: 1, fast2: 1, fast3: 1, slow: 1 / 3 };

test('three fast servers and one at a third of their speed, 75 % load: within 1.15 of the best policy', async (t) => {
  for (const seed of [1, 2]) {
    const jobs = makeJobs(seed, 4000, MIXED, 0.75);
    const ids = Object.keys(MIXED);
    const random = createRandom(seed + 100);
    const roundRobin = simulateBinding(jobs, MIXED, ({ index }) => ids[index % ids.length]!);
    const randomly = simulateBinding(jobs, MIXED, () => ids[Math.floor(random() * ids.length)]!);
    const omniscient = simulateBinding(jobs, MIXED, ({ job, freeAt }) =>
      ids.reduce((best, id) => (endOn(id, job, freeAt) < endOn(best, job, freeAt) ? id : best)),
    );
    const pooled = simulateBinding(jobs, { pooled: 10 / 3 }, () => 'pooled');
    const { figures, finished, starts } = await simulateFleet(jobs, MIXED);
    const slowShare = starts.filter((start) => start.id === 'slow').length / starts.length;
    for (const [name, row] of Object.entries({ fleet: figures, omniscient, roundRobin, randomly, pooled })) {
      t.diagnostic(`seed ${seed} ${name}: p50 ${row.p50} s, p95 ${row.p95} s, p99 ${row.p99} s`);
    }
    t.diagnostic(
      `seed ${seed} share of the slow server ${(slowShare * 100).toFixed(1)} % (its share of speed is 10 %)`,
    );
    assert.equal(finished, jobs.length);
    assert.ok(figures.p95 <= 1.15 * omniscient.p95, `p95 ${figures.p95} s, omniscient ${omniscient.p95} s`);
    assert.ok(figures.p99 <= 1.15 * omniscient.p99, `p99 ${figures.p99} s, omniscient ${omniscient.p99} s`);
    assert.ok(roundRobin.p95 > 5 * figures.p95, 'round robin must drown the slow server');
    assert.ok(randomly.p95 > 5 * figures.p95, 'random must drown the slow server');
    assert.ok(slowShare > 0 && slowShare < 0.2, `the slow server got ${slowShare}`);
  }
});

function endOn(id: string, job: Job, freeAt: Map<string, number>): number {
  return Math.max(job.arrival, freeAt.get(id)!) + job.audioSeconds / MIXED[id]!;
}

test('eight equal servers at 80 % load: no worse than the best policy', async () => {
  const equal = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`gpu${index}`, 1]));
  const jobs = makeJobs(3, 3000, equal, 0.8);
  const best = simulateBinding(jobs, equal, ({ freeAt }) => [...freeAt].toSorted((a, b) => a[1] - b[1])[0]![0]);
  const { figures, starts } = await simulateFleet(jobs, equal);
  assert.ok(figures.p95 <= 1.15 * best.p95, `p95 ${figures.p95} s, best ${best.p95} s`);
  for (const id of Object.keys(equal)) {
    const share = starts.filter((start) => start.id === id).length / starts.length;
    assert.ok(Math.abs(share - 1 / 8) < 0.0125 * 2, `${id} got ${share}`);
  }
});

test('a dead server gets at most five calls in 100 seconds, and comes back within a minute of recovering', async (t) => {
  const outage = { id: 'fast1', fromSeconds: 500, toSeconds: 1300 };
  const jobs = makeJobs(4, 1000, MIXED, 0.5);
  const { starts, refused, finished, snapshot } = await simulateFleet(jobs, MIXED, { outage });
  const failures = starts.filter((start) => start.failed).map((start) => start.seconds);
  const early = failures.filter((seconds) => seconds < failures[0]! + 100);
  assert.ok(early.length >= 3 && early.length <= 5, `${early.length} calls in the first 100 seconds`);
  const later = failures.filter((seconds) => seconds >= failures[0]! + 105);
  assert.ok(later.length <= 12, `${later.length} probes in the other 700 seconds`);
  const back = starts.find((start) => start.id === 'fast1' && start.seconds >= outage.toSeconds);
  t.diagnostic(
    `calls while dead: ${failures.length}; back ${(back!.seconds - outage.toSeconds).toFixed(1)} s after recovery`,
  );
  // The cap of an ejection, and the time until the next utterance comes along.
  assert.ok(back!.seconds - outage.toSeconds <= 60 + 30, `it came back after ${back!.seconds - outage.toSeconds} s`);
  assert.equal(refused, 0);
  assert.equal(finished, jobs.length);
  assert.equal(snapshot.healthy_servers, 4);
});

test('servers join and drain under load: nothing is lost, the drained one finishes what it has', async () => {
  const jobs = makeJobs(5, 600, MIXED, 0.6);
  let drainedAt = Infinity;
  const { starts, refused, finished, snapshot } = await simulateFleet(jobs, MIXED, {
    members: ['fast1', 'fast2', 'slow'],
    script(agenda, fleet) {
      agenda.at(100, () => fleet.join({ id: 'fast3', url: 'ws://fast3' }));
      agenda.at(600, () => {
        void fleet.drain('fast2', { signal: new AbortController().signal }).then(() => (drainedAt = agenda.now()));
      });
    },
  });
  assert.ok(starts.some((start) => start.id === 'fast3'));
  assert.equal(starts.filter((start) => start.id === 'fast2' && start.seconds > 600).length, 0);
  assert.ok(drainedAt < 620, `drained at ${drainedAt}`);
  assert.deepEqual([refused, finished], [0, jobs.length]);
  assert.deepEqual(snapshot.servers.map((server) => server.id).toSorted(), ['fast1', 'fast3', 'slow']);
});
