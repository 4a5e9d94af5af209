import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultBoard } from './fault-board.ts';
import { FaultControl } from './fault-control.ts';

function createBoard() {
  const speech = { refuse: 'Nothing answers.', silence: 'Nothing is heard.' };
  const controls = {
    first: new FaultControl<string>(speech),
    second: new FaultControl<string>(speech),
    metrics: new FaultControl<string>({ garbage: 'Nothing is understood.' }),
  };
  const board = createFaultBoard(
    new Map([
      ['vibevoice-1', controls.first],
      ['vibevoice-2', controls.second],
      ['exporter', controls.metrics],
    ]),
  );
  return { board, controls };
}

test('a person can read what there is and what is on, in JSON', () => {
  const { board } = createBoard();
  board.set('exporter', 'garbage');
  board.set('vibevoice-2', 'silence', { times: 2 });
  const listed = board.list();
  assert.deepEqual(JSON.parse(JSON.stringify(listed)), listed);
  assert.deepEqual(listed[2], {
    vendor: 'exporter',
    active: { scenario: 'garbage', remaining: null },
    scenarios: [{ scenario: 'garbage', shows: 'Nothing is understood.' }],
  });
  assert.deepEqual(
    listed.map(({ vendor, active }) => [vendor, active]),
    [
      ['vibevoice-1', null],
      ['vibevoice-2', { scenario: 'silence', remaining: 2 }],
      ['exporter', { scenario: 'garbage', remaining: null }],
    ],
  );
});

test('a name without its number means all that have one, and each counts for itself', () => {
  const { board, controls } = createBoard();
  const changed = board.set('vibevoice', 'refuse', { times: 1 });
  assert.deepEqual(
    changed.map(({ vendor }) => vendor),
    ['vibevoice-1', 'vibevoice-2'],
  );
  assert.deepEqual([controls.first.take(), controls.first.take()], ['refuse', undefined]);
  assert.equal(controls.second.take(), 'refuse');
  board.set('vibevoice', 'silence');
  board.set('exporter', 'garbage');
  assert.equal(board.clear('vibevoice-1').length, 1);
  assert.deepEqual([controls.first.take(), controls.second.take()], [undefined, 'silence']);
  assert.equal(board.clear().length, 3);
  assert.deepEqual([controls.second.take(), controls.metrics.take()], [undefined, undefined]);
});

test('what is not there is refused with what is, and nothing changes', () => {
  const { board, controls } = createBoard();
  const unknown = (message: RegExp) => ({ code: 'unknown_fault', kind: 'invalid_input', message });
  const vendors = /one of vibevoice, vibevoice-1, vibevoice-2, exporter; got "vibe"/;
  assert.throws(() => board.set('vibe', 'refuse'), unknown(vendors));
  assert.throws(() => board.clear('vibe'), unknown(vendors));
  assert.throws(() => board.set('vibevoice', 'garbage'), unknown(/one of refuse, silence; got "garbage"/));
  for (const times of [0, -1, 1.5, Number.NaN, Infinity]) {
    const refused = { code: 'invalid_value', kind: 'invalid_input', message: /whole number above 0/ };
    assert.throws(() => board.set('vibevoice-1', 'refuse', { times }), refused, String(times));
  }
  assert.deepEqual([controls.first.active(), controls.second.active()], [undefined, undefined]);
});
