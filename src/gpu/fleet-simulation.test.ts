import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../test/chaos/seeded-random.ts';
import { earliestFinish, firstFree, randomly, roundRobin } from '../../test/fixtures/dispatch-policies.ts';
import { simulateBinding, simulateFleet } from '../../test/fixtures/fleet-simulation.ts';
import { makeJobs, type ServerSpeeds } from '../../test/fixtures/speech-jobs.ts';

const MIXED: ServerSpeeds = { fast1: 1, fast2: 1, fast3: 1, slow: 1 / 3 };

test('three fast servers and one at a third of their speed, 75 % load: within 1.15 of the best policy', async (t) => {
  for (const seed of [1, 2]) {
    const jobs = makeJobs(seed, 4000, MIXED, 0.75);
    const world = { speeds: MIXED };
    const inTurn = (await simulateBinding(jobs, world, roundRobin)).responses;
    const atRandom = (await simulateBinding(jobs, world, randomly(createRandom(seed + 100)))).responses;
    const omniscient = (await simulateBinding(jobs, world, earliestFinish)).responses;
    const pooled = (await simulateBinding(jobs, { speeds: { pooled: 10 / 3 } }, firstFree)).responses;
    const { responses: figures, finished, starts } = await simulateFleet(jobs, world);
    const slowShare = starts.filter((start) => start.id === 'slow').length / starts.length;
    for (const [name, row] of Object.entries({
      fleet: figures,
      omniscient,
      roundRobin: inTurn,
      randomly: atRandom,
      pooled,
    })) {
      t.diagnostic(`seed ${seed} ${name}: p50 ${row.p50} s, p95 ${row.p95} s, p99 ${row.p99} s`);
    }
    t.diagnostic(
      `seed ${seed} share of the slow server ${(slowShare * 100).toFixed(1)} % (its share of speed is 10 %)`,
    );
    assert.equal(finished, jobs.length);
    assert.ok(figures.p95 <= 1.15 * omniscient.p95, `p95 ${figures.p95} s, omniscient ${omniscient.p95} s`);
    assert.ok(figures.p99 <= 1.15 * omniscient.p99, `p99 ${figures.p99} s, omniscient ${omniscient.p99} s`);
    assert.ok(inTurn.p95 > 5 * figures.p95, 'round robin must drown the slow server');
    assert.ok(atRandom.p95 > 5 * figures.p95, 'random must drown the slow server');
    assert.ok(slowShare > 0 && slowShare < 0.2, `the slow server got ${slowShare}`);
  }
});

test('eight equal servers at 80 % load: no worse than the best policy', async () => {
  const equal = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`gpu${index}`, 1]));
  const jobs = makeJobs(3, 3000, equal, 0.8);
  const { responses: best } = await simulateBinding(jobs, { speeds: equal }, firstFree);
  const { responses: figures, starts } = await simulateFleet(jobs, { speeds: equal });
  assert.ok(figures.p95 <= 1.15 * best.p95, `p95 ${figures.p95} s, best ${best.p95} s`);
  for (const id of Object.keys(equal)) {
    const share = starts.filter((start) => start.id === id).length / starts.length;
    assert.ok(Math.abs(share - 1 / 8) < 0.0125 * 2, `${id} got ${share}`);
  }
});

test('a dead server gets at most five calls in 100 seconds, and comes back within a minute of recovering', async (t) => {
  const outage = { id: 'fast1', fromSeconds: 500, toSeconds: 1300 };
  const jobs = makeJobs(4, 1000, MIXED, 0.5);
  const { starts, refused, finished, snapshot } = await simulateFleet(jobs, { speeds: MIXED, outage });
  const failures = starts.filter((start) => start.failed).map((start) => start.seconds);
  const early = failures.filter((seconds) => seconds < failures[0]! + 100);
  assert.ok(early.length >= 3 && early.length <= 5, `${early.length} calls in the first 100 seconds`);
  const later = failures.filter((seconds) => seconds >= failures[0]! + 105);
  assert.ok(later.length <= 16, `${later.length} probes in the other 700 seconds`);
  const back = starts.find((start) => start.id === 'fast1' && start.seconds >= outage.toSeconds);
  t.diagnostic(
    `calls while dead: ${failures.length}; back ${(back!.seconds - outage.toSeconds).toFixed(1)} s after recovery`,
  );
  // The cap of an ejection, and the time until the next utterance comes along.
  assert.ok(back!.seconds - outage.toSeconds <= 45 + 30, `it came back after ${back!.seconds - outage.toSeconds} s`);
  assert.equal(refused, 0);
  assert.equal(finished, jobs.length);
  assert.equal(snapshot.healthy_servers, 4);
});

test('servers join and drain under load: nothing is lost, the drained one finishes what it has', async () => {
  const jobs = makeJobs(5, 600, MIXED, 0.6);
  let drainedAt = Infinity;
  const world = { speeds: MIXED, joins: { fast3: 100 } };
  const { starts, refused, finished, snapshot } = await simulateFleet(jobs, world, (agenda, fleet) => {
    agenda.at(600, () => {
      void fleet.drain('fast2', { signal: new AbortController().signal }).then(() => (drainedAt = agenda.now()));
    });
  });
  assert.ok(starts.some((start) => start.id === 'fast3'));
  assert.equal(starts.filter((start) => start.id === 'fast2' && start.seconds > 600).length, 0);
  assert.ok(drainedAt < 620, `drained at ${drainedAt}`);
  assert.deepEqual([refused, finished], [0, jobs.length]);
  assert.deepEqual(snapshot.servers.map((server) => server.id).toSorted(), ['fast1', 'fast3', 'slow']);
});
