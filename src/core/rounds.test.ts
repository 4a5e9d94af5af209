import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { startRounds } from './rounds.ts';

describe('startRounds', () => {
  it('does its work now, and again that long after each end', async () => {
    const { timer, advance } = createManualTime();
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => void ends.push(resolve));
    const rounds = startRounds({ work, intervalMilliseconds: 100, timer, onFailure: assert.ifError });
    await advance(1_000);
    assert.equal(ends.length, 1, 'one at a time');
    ends[0]?.();
    await advance(99);
    assert.equal(ends.length, 1);
    await advance(1);
    assert.equal(ends.length, 2);
    ends[1]?.();
    await rounds.stop();
    await advance(1_000);
    assert.equal(ends.length, 2);
  });

  it('tells the first of a row of failures, and goes on', async () => {
    const { timer, advance } = createManualTime();
    const told: unknown[] = [];
    let fails = true;
    const work = async () => {
      if (fails) throw new Error('no');
    };
    const rounds = startRounds({ work, intervalMilliseconds: 100, timer, onFailure: (error) => told.push(error) });
    await advance(500);
    assert.equal(told.length, 1);
    fails = false;
    await advance(100);
    fails = true;
    await advance(100);
    assert.equal(told.length, 2);
    await rounds.stop();
  });

  it('stops when the round under way has ended', async () => {
    const { timer, pendingTimers } = createManualTime();
    let end = (): void => {};
    const work = () => new Promise<void>((resolve) => void (end = resolve));
    const rounds = startRounds({ work, intervalMilliseconds: 100, timer, onFailure: assert.ifError });
    let stopped = false;
    const stopping = rounds.stop().then(() => (stopped = true));
    await settle();
    assert.equal(stopped, false);
    end();
    await stopping;
    assert.equal(pendingTimers, 0);
  });
});
