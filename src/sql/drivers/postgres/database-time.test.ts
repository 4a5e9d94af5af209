import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDatabaseTime, timeOf } from './database-time.ts';

describe('createDatabaseTime', () => {
  function createFixture() {
    const own = { now: 5_000 };
    return { own, time: createDatabaseTime({ now: () => own.now }) };
  }

  it('must be read before anything is known, and for every exact time', () => {
    const { time } = createFixture();
    assert.equal(time.now('close'), undefined);
    time.read(1_000_000);
    assert.equal(time.now('exact'), undefined);
    assert.equal(time.now('close'), 1_000_000);
  });

  it('carries a reading on for a second', () => {
    const { own, time } = createFixture();
    time.read(1_000_000);
    own.now += 250.75;
    assert.equal(time.now('close'), 1_000_250);
    own.now = 6_000;
    assert.equal(time.now('close'), 1_001_000);
    own.now += 0.1;
    assert.equal(time.now('close'), undefined);
  });

  it('never goes back, even when the clock of the database does', () => {
    const { own, time } = createFixture();
    time.read(1_000_000);
    own.now += 500;
    assert.equal(time.now('close'), 1_000_500);
    time.read(900_000);
    assert.equal(time.now('close'), 1_000_500);
  });
});

describe('timeOf', () => {
  it('tells the time of a clock, however exact it must be', () => {
    const time = timeOf({ now: () => 7 });
    time.read(1_000_000);
    assert.deepEqual([time.now('exact'), time.now('close')], [7, 7]);
  });
});
