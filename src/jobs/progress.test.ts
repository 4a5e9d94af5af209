import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createProgressMeter } from './progress.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const weightLists = fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 4 });
const units = fc.oneof(fc.integer({ min: -5, max: 50 }), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0));
const moves = fc.array(
  fc.record({ step: fc.constantFrom(...NAMES, 'unlisted'), completed: units, total: units, ends: fc.boolean() }),
  { maxLength: 40 },
);

function listSteps(weights: readonly number[]) {
  return weights.map((weight, index) => ({ name: NAMES[index] ?? '', weight }));
}

describe('createProgressMeter', () => {
  it('never goes back, never leaves 0..1, and ends at 1', () => {
    fc.assert(
      fc.property(weightLists, moves, (weights, parts) => {
        const meter = createProgressMeter(listSteps(weights), []);
        let last = meter.value;
        assert.equal(last, 0);
        for (const { step, completed, total, ends } of parts) {
          const after = meter.valueAfter(step);
          if (ends) {
            meter.complete(step);
            assert.equal(meter.value, after);
          } else meter.advance(step, completed, total);
          assert.ok(meter.value >= last && meter.value <= 1, `${last} -> ${meter.value}`);
          last = meter.value;
        }
        for (const name of NAMES) meter.complete(name);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        assert.ok(total === 0 ? meter.value === 0 : Math.abs(meter.value - 1) < 1e-9);
      }),
    );
  });

  it('starts a resumed run where the finished steps left it', () => {
    fc.assert(
      fc.property(weightLists, fc.subarray(NAMES), (weights, finished) => {
        const first = createProgressMeter(listSteps(weights), []);
        for (const name of finished) first.complete(name);
        assert.equal(createProgressMeter(listSteps(weights), finished).value, first.value);
      }),
    );
  });

  it('is the share of the weights, within a step by its units', () => {
    const meter = createProgressMeter(
      [
        { name: 'speech', weight: 1 },
        { name: 'render', weight: 3 },
      ],
      ['speech'],
    );
    assert.equal(meter.value, 0.25);
    meter.advance('render', 30, 120);
    assert.equal(meter.value, 0.4375);
    meter.advance('render', 20, 120);
    assert.equal(meter.value, 0.4375);
    meter.advance('render', 500, 120);
    assert.equal(meter.value, 1);
  });

  it('adds steps that run at the same time', () => {
    const meter = createProgressMeter(listSteps([1, 1]), []);
    meter.advance('a', 1, 2);
    meter.advance('b', 1, 2);
    assert.equal(meter.value, 0.5);
  });

  it('refuses weights that are no shares and names that are listed twice', () => {
    for (const weight of [-1, Number.NaN, Infinity]) {
      assert.throws(() => createProgressMeter([{ name: 'a', weight }], []), RangeError);
    }
    assert.throws(() => createProgressMeter([...listSteps([1]), ...listSteps([1])], []), RangeError);
  });
});
