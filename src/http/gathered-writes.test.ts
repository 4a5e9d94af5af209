import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { gatherWrites } from './gathered-writes.ts';

/** An answer that notes what leaves it together, and takes so many characters before it wants a pause. */
function createScene(room = Infinity) {
  const time = createManualTime();
  const sent: string[] = [];
  let corked = 0;
  let held = '';
  const flush = (): void => {
    if (corked > 0 || held === '') return;
    sent.push(held);
    held = '';
  };
  const response = {
    writableNeedDrain: false,
    cork: () => void (corked += 1),
    uncork() {
      corked = Math.max(0, corked - 1);
      flush();
    },
    write(text: string) {
      held += text;
      const keepsUp = held.length <= room;
      flush();
      return keepsUp;
    },
  };
  return { time, sent, response, writes: gatherWrites(response, time.timer) };
}

describe('gatherWrites', () => {
  it('sends the first at once, those of the next tenth of a second together, and the first after a silence at once', async () => {
    const { time, sent, writes } = createScene();
    for (const text of ['a', 'b', 'c']) writes.write(text);
    assert.deepEqual(sent, ['a']);
    await time.advance(100);
    assert.deepEqual(sent, ['a', 'bc']);
    writes.write('d');
    await time.advance(99);
    assert.deepEqual(sent, ['a', 'bc']);
    await time.advance(1);
    assert.deepEqual(sent, ['a', 'bc', 'd']);
    await time.advance(100);
    assert.equal(time.pendingTimers, 0);
    writes.write('e');
    assert.deepEqual(sent.at(-1), 'e');
  });

  it('sends what is left when it is stopped, and leaves no timer', () => {
    const { time, sent, writes } = createScene();
    writes.write('a');
    writes.write('b');
    writes.stop();
    assert.deepEqual([sent, time.pendingTimers], [['a', 'b'], 0]);
    writes.stop();
  });

  it('holds nothing back that is large, and says whether the client keeps up', () => {
    const { sent, response, writes } = createScene(5);
    assert.equal(writes.write('a'), true);
    assert.equal(writes.write('123456'), true);
    assert.deepEqual(sent, ['a', '123456']);
    response.writableNeedDrain = true;
    assert.equal(writes.write('123456'), false);
  });
});
