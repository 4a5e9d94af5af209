import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createRecordingLog } from '../../test/fixtures/job-run.ts';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { createOverlappingLog } from '../../test/fixtures/overlapping-log.ts';
import { createEventHub } from './event-hub.ts';
import { createEventPosition } from './event-position.ts';
import type { JobEvent } from './job.ts';
import { readEvents } from './read-events.ts';

const SETTLE_MILLISECONDS = 30_000;
const JOBS = ['a', 'b', 'c', 'd'];

const sequences = (events: readonly JobEvent[]) => events.map((event) => event.sequence);

function createStage() {
  const log = createOverlappingLog(SETTLE_MILLISECONDS);
  const time = createManualTime();
  const hub = createEventHub({ store: log.store, log: createRecordingLog(), timer: time.timer, clock: time.clock });
  /** Answers until nobody asks any more. */
  const answerAll = async (): Promise<void> => {
    do await settle();
    while (log.answer());
  };
  const follow = (options: Parameters<typeof hub.subscribe>[0]): JobEvent[] => {
    const received: JobEvent[] = [];
    const read = async () => {
      for await (const event of hub.subscribe(options)) received.push(event);
    };
    void read();
    return received;
  };
  return { log, time, hub, answerAll, follow };
}

type Action =
  | { readonly do: 'append' | 'commit' | 'commitUnheard' | 'rollBack' | 'follow'; readonly jobId: string }
  | { readonly do: 'followAll' | 'answer' | 'wait' | 'skip' };

const jobId = fc.constantFrom(...JOBS);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), jobId }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('commit' as const), jobId }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('commitUnheard' as const, 'rollBack' as const), jobId }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('follow' as const), jobId }) },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('followAll' as const, 'wait' as const, 'skip' as const) }) },
);

describe('events that become readable late', () => {
  it('come to every subscriber once, and those of a job in order, however transactions overlap', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyAction, { minLength: 10, maxLength: 120 }),
        fc.nat({ max: 3 }),
        async (actions, back) => {
          const { log, time, hub, answerAll, follow } = createStage();
          const followers: { readonly jobId?: string; readonly from: number; readonly received: JobEvent[] }[] = [];
          for (const action of actions) {
            const from = Math.max(0, (log.visible.at(-1)?.sequence ?? 0) - back);
            if (action.do === 'append') log.append(action.jobId);
            if (action.do === 'commit') log.commit(action.jobId);
            if (action.do === 'commitUnheard') log.commit(action.jobId, false);
            if (action.do === 'rollBack') log.rollBack(action.jobId);
            if (action.do === 'answer') log.answer();
            // Further than what is read at once.
            if (action.do === 'skip') log.skip(110);
            if (action.do === 'wait') await time.advance(1_000);
            if (action.do === 'follow') {
              const received = follow({ jobId: action.jobId, afterSequence: from });
              followers.push({ jobId: action.jobId, from, received });
            }
            if (action.do === 'followAll') followers.push({ from, received: follow({ afterSequence: from }) });
            await settle();
          }
          for (const open of log.openJobs()) log.commit(open, false);
          await answerAll();
          await time.advance(1_000);
          await answerAll();
          for (const { jobId, from, received } of followers) {
            for (const job of jobId === undefined ? JOBS : [jobId]) {
              const expected = log.visible.filter((event) => event.jobId === job && event.sequence > from);
              const own = received.filter((event) => event.jobId === job);
              assert.deepEqual(sequences(own), sequences(expected));
            }
          }
          const closed = hub.close();
          await answerAll();
          await closed;
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are found that were on their way when the first subscriber came', async () => {
    const { log, hub, answerAll, follow } = createStage();
    for (let count = 0; count < 300; count += 1) {
      log.append('a');
      log.commit('a');
    }
    log.append('b');
    log.append('a');
    log.commit('a');
    const received = follow({ jobId: 'b', afterSequence: 0 });
    await answerAll();
    log.commit('b');
    await answerAll();
    assert.deepEqual(sequences(received), [301]);
    await hub.close();
  });

  it('are no longer looked for when no transaction can last so long', async () => {
    const { log, time, hub, answerAll, follow } = createStage();
    follow({ afterSequence: 0 });
    await answerAll();
    log.append('a');
    log.append('b');
    log.commit('b');
    log.rollBack('a');
    await answerAll();
    const readsOfOnePoll = async (): Promise<number> => {
      const before = log.readCount;
      await time.advance(1_000);
      await answerAll();
      return log.readCount - before;
    };
    assert.equal(await readsOfOnePoll(), 2);
    for (let elapsed = 0; elapsed <= SETTLE_MILLISECONDS; elapsed += 1_000) await readsOfOnePoll();
    assert.equal(await readsOfOnePoll(), 1);
    await hub.close();
  });
});

describe('readEvents', () => {
  it('asks once where transactions take turns', async () => {
    const log = createOverlappingLog(0);
    const { clock } = createManualTime();
    const position = createEventPosition({ start: 0, settleMilliseconds: 0, clock });
    position.admit(9);
    for (const jobId of ['a', 'b']) for (let count = 0; count < 6; count += 1) log.append(jobId);
    log.commit('b');
    const read = readEvents(log.store, position);
    assert.equal(log.answer(), true);
    assert.deepEqual(sequences((await read).events), [10, 11, 12]);
    assert.equal(log.readCount, 1);
  });
});
