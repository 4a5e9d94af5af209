import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultControl } from './fault-control.ts';

test('a fault meets as many requests as it is set for, then the simulator is well again', () => {
  const faults = new FaultControl({ refuse: 'Nothing answers.', silence: 'Nothing is heard.' });
  assert.equal(faults.take(), undefined);
  faults.set('refuse', { times: 2 });
  assert.deepEqual([faults.take(), faults.take(), faults.take()], ['refuse', 'refuse', undefined]);
  faults.set('silence');
  assert.deepEqual(faults.active(), { scenario: 'silence', remaining: Infinity });
  assert.deepEqual([faults.take(), faults.take()], ['silence', 'silence']);
  faults.clear();
  assert.equal(faults.take(), undefined);
});

test('an unknown fault is refused with the value', () => {
  const faults = new FaultControl<string>({ refuse: 'Nothing answers.' });
  assert.throws(() => faults.set('melt'), /must be one of refuse; got melt/);
});
