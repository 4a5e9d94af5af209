import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BREAKER_LIMITS, createCircuitBreakers, type BreakerState, type CircuitBreakers } from './circuit-breaker.ts';
import { FAILURE_POLICY, type FailureKind } from './failure-policy.ts';

const KINDS = Object.keys(FAILURE_POLICY) as FailureKind[];

function createBreakers(restored: Record<string, BreakerState> = {}): {
  time: { now: number };
  breakers: CircuitBreakers;
} {
  const time = { now: 1_000_000 };
  return { time, breakers: createCircuitBreakers({ clock: { now: () => time.now }, random: () => 1, restored }) };
}

/** A linear congruential generator: the same numbers on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('a dead provider gets five calls before it opens', () => {
  const { breakers } = createBreakers();
  let calls = 0;
  for (let turn = 0; turn < 50; turn += 1) {
    const permit = breakers.acquire('gpu');
    if (permit === undefined) continue;
    calls += 1;
    permit.fail('unavailable');
  }
  assert.equal(calls, 5);
  assert.deepEqual(breakers.status('gpu'), { phase: 'open', retryAfterSeconds: 5, lastFailure: 'unavailable' });
  assert.ok(breakers.acquire('other'), 'another key is not touched');
});

test('every kind of failure does what the policy says', () => {
  for (const kind of KINDS) {
    const { breakers } = createBreakers();
    for (let call = 0; call < 9; call += 1) breakers.acquire('gpu')?.fail(kind);
    const { countsToBreaker } = FAILURE_POLICY[kind];
    assert.equal(breakers.status('gpu').phase, countsToBreaker === 'no' ? 'closed' : 'open', kind);
    const once = createBreakers().breakers;
    once.acquire('gpu')?.fail(kind);
    assert.equal(once.status('gpu').phase, countsToBreaker === 'opens_at_once' ? 'open' : 'closed', kind);
  }
});

test('half of the calls failing opens it although none fail five times in a row', () => {
  const { breakers } = createBreakers();
  let calls = 0;
  while (breakers.status('gpu').phase === 'closed' && calls < 100) {
    const permit = breakers.acquire('gpu');
    if (calls % 2 === 1) permit?.fail('timeout');
    else permit?.succeed();
    calls += 1;
  }
  assert.equal(calls, 10);
});

test('open times double up to the longest, one probe is let through, and a healed provider is back within a minute', () => {
  const { time, breakers } = createBreakers();
  breakers.acquire('gpu')?.fail('auth');
  const opened: number[] = [];
  for (let turn = 0; turn < 7; turn += 1) {
    const { retryAfterSeconds } = breakers.status('gpu');
    opened.push(retryAfterSeconds);
    time.now += retryAfterSeconds * 1000 - 1;
    assert.equal(breakers.acquire('gpu'), undefined);
    time.now += 1;
    const probe = breakers.acquire('gpu');
    assert.ok(probe);
    assert.equal(breakers.acquire('gpu'), undefined, 'only one probe');
    probe.fail('timeout');
  }
  assert.deepEqual(opened, [5, 10, 20, 40, 45, 45, 45]);
  time.now += 60_000;
  breakers.acquire('gpu')?.succeed();
  assert.equal(breakers.status('gpu').phase, 'closed');
  breakers.acquire('gpu')?.fail('auth');
  assert.equal(breakers.status('gpu').retryAfterSeconds, 45, 'one success does not make it forget');
  time.now += 60_000;
  for (let call = 0; call < 11; call += 1) breakers.acquire('gpu')?.succeed();
  breakers.acquire('gpu')?.fail('auth');
  assert.equal(breakers.status('gpu').retryAfterSeconds, 5);
});

test('a probe that says nothing leaves room for the next one; late answers from before the opening are no news', () => {
  const { time, breakers } = createBreakers();
  const late = breakers.acquire('gpu');
  const alsoLate = breakers.acquire('gpu');
  breakers.acquire('gpu')?.fail('quota');
  late?.succeed();
  assert.equal(breakers.status('gpu').phase, 'open');
  time.now += 5000;
  const probe = breakers.acquire('gpu');
  probe?.abandon();
  probe?.succeed();
  assert.equal(breakers.status('gpu').phase, 'half_open');
  const second = breakers.acquire('gpu');
  alsoLate?.fail('quota');
  assert.equal(breakers.status('gpu').phase, 'half_open', 'the late failure does not open it again');
  assert.equal(breakers.acquire('gpu'), undefined, 'the second probe is still under way');
  second?.succeed();
  assert.equal(breakers.status('gpu').phase, 'closed');
});

test('a restart does not learn the outage again, and a wrong clock does not keep a provider out for ever', () => {
  const first = createBreakers();
  first.breakers.acquire('gpu')?.fail('quota');
  first.breakers.acquire('voice')?.fail('timeout');
  const stored = JSON.parse(JSON.stringify(first.breakers.snapshot())) as Record<string, BreakerState>;
  const second = createBreakers(stored);
  assert.deepEqual(second.breakers.snapshot(), stored);
  assert.equal(second.breakers.acquire('gpu'), undefined);
  assert.equal(second.breakers.status('gpu').lastFailure, 'quota');
  second.time.now += 5000;
  assert.ok(second.breakers.acquire('gpu'));
  const future = createBreakers({ gpu: { ...stored['gpu']!, openUntilMilliseconds: 9e15 } });
  assert.equal(future.breakers.status('gpu').retryAfterSeconds, 45);
});

test('at 1 % errors it never opens in 300,000 calls', () => {
  const { breakers } = createBreakers();
  const random = seededRandom(7);
  for (let call = 0; call < 300_000; call += 1) {
    const permit = breakers.acquire('gpu');
    assert.ok(permit, `open at call ${call}`);
    if (random() < 0.01) permit.fail('unavailable');
    else permit.succeed();
  }
});

test('whatever happens: no call while open, one probe at a time, and it comes back by itself', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 30_000 }),
    act: fc.constantFrom('acquire', 'acquire', 'succeed', 'fail', 'fail', 'abandon', 'restart'),
    kind: fc.constantFrom(...KINDS),
    which: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 1_000_000 }), (steps, seed) => {
      let now = 5_000_000;
      const options = { clock: { now: () => now }, random: seededRandom(seed) };
      let breakers = createCircuitBreakers(options);
      let permits: { permit: NonNullable<ReturnType<CircuitBreakers['acquire']>>; probe: boolean }[] = [];
      for (const { wait, act, kind, which } of steps) {
        now += wait;
        if (act === 'restart') {
          const { phase } = breakers.status('gpu');
          breakers = createCircuitBreakers({ ...options, restored: breakers.snapshot() });
          assert.equal(breakers.status('gpu').phase, phase);
          permits = [];
        } else if (act === 'acquire') {
          const { phase } = breakers.status('gpu');
          const probes = permits.filter(({ probe }) => probe).length;
          const permit = breakers.acquire('gpu');
          const expected = phase === 'closed' || (phase === 'half_open' && probes === 0);
          assert.equal(permit !== undefined, expected, phase);
          if (permit !== undefined) permits.push({ permit, probe: phase === 'half_open' });
        } else {
          const [taken] = permits.splice(which % Math.max(1, permits.length), 1);
          if (act === 'fail') taken?.permit.fail(kind);
          else taken?.permit[act]();
        }
        const { retryAfterSeconds } = breakers.status('gpu');
        assert.ok(retryAfterSeconds * 1000 <= BREAKER_LIMITS.longestOpenMilliseconds);
      }
      for (const { permit } of permits) permit.abandon();
      now += BREAKER_LIMITS.longestOpenMilliseconds;
      const permit = breakers.acquire('gpu');
      assert.ok(permit, 'after the longest open time a call is let through');
    }),
  );
});
