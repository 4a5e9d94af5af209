import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { createMainProviderChoice, type ProviderChoice } from '../../src/tts/provider-choice.ts';
import { createSharedSpend } from '../../src/tts/shared-spend.ts';
import { createSpendBreaker } from '../../src/tts/spend-breaker.ts';
import type { Importance, SpeechStateStore } from '../../src/tts/speech-state.ts';

/** One place that holds the state, and what opens it. */
export type StateUnderTest = {
  /** As another process does; closed by whoever opened it. */
  open(): Promise<SpeechStateStore>;
  /** The same as an expression, for a process that runs in src/app. */
  readonly expression: string;
};

const IMPORTANCES: readonly Importance[] = ['order', 'observation'];
const CHOICE: ProviderChoice = {
  provider: 'elevenlabs',
  previous: 'vibevoice',
  configured: 'vibevoice',
  changedBy: 'admin key',
  changedAt: 1,
};
const STORES_MODULE = join(import.meta.dirname, '../../src/app/speech-stores.ts');

/** The promises of the SpeechStateStore port, for every implementation of it. */
export function speechStateContract(name: string, create: (context: TestContext) => Promise<StateUnderTest>): void {
  describe(`SpeechStateStore: ${name}`, () => {
    it('a document is there after a restart, for every process, whatever its importance', async (context) => {
      for (const importance of IMPORTANCES) {
        const { open } = await create(context);
        const [first, second] = [await open(), await open()];
        assert.equal(await first.read('provider_choice'), undefined);
        await first.update('provider_choice', importance, (before) => {
          assert.equal(before, undefined);
          return CHOICE;
        });
        assert.deepEqual(await second.read('provider_choice'), CHOICE);
        await second.update('provider_choice', importance, (before) => ({ ...before!, provider: 'vibevoice' }));
        await Promise.all([first.close(), second.close()]);
        const reopened = await open();
        assert.deepEqual(await reopened.read('provider_choice'), { ...CHOICE, provider: 'vibevoice' });
        await reopened.close();
      }
    });

    it('an order that one process was given holds in another with its next question', async (context) => {
      const { open } = await create(context);
      const stores = [await open(), await open()];
      const [one, other] = stores.map((store) =>
        createMainProviderChoice({ store, configured: 'vibevoice', clock: { now: () => 1 } }),
      );
      assert.equal(await other?.current(), 'vibevoice');
      await one?.set({ provider: 'elevenlabs', by: 'admin key' });
      assert.equal(await other?.current(), 'elevenlabs');
      await Promise.all(stores.map((store) => store.close()));
    });

    it('a change that throws leaves nothing, and the same object is not written', async (context) => {
      const state = await (await create(context)).open();
      const refused = () =>
        state.update('provider_choice', 'order', () => {
          throw new Error('no');
        });
      await assert.rejects(refused(), /^Error: no$/);
      assert.equal(await state.read('provider_choice'), undefined);
      await state.update('provider_choice', 'order', () => CHOICE);
      await assert.rejects(refused(), /^Error: no$/);
      const same = await state.update('provider_choice', 'observation', (before) => before!);
      assert.deepEqual(same, CHOICE);
      assert.deepEqual(await state.read('provider_choice'), CHOICE);
      await state.close();
    });

    it('changes of one process at once are all made, whatever their importance', async (context) => {
      const state = await (await create(context)).open();
      const change = fc.record({
        name: fc.constantFrom('spend' as const, 'server_breakers' as const),
        importance: fc.constantFrom(...IMPORTANCES),
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
          round += 1;
          const userId = `round-${round}`;
          const reads = await Promise.all(
            changes.map(async ({ name, importance }, turn) => {
              if (name === 'server_breakers') return state.read(name);
              return state.update('spend', importance, (before) => ({
                entries: [...(before?.entries ?? []), { atMilliseconds: turn, userId, usd: 1 }],
              }));
            }),
          );
          assert.equal(reads.length, changes.length);
          const entries = (await state.read('spend'))?.entries.filter((entry) => entry.userId === userId) ?? [];
          const asked = changes.flatMap(({ name }, turn) => (name === 'spend' ? [turn] : []));
          assert.deepEqual(
            entries.map(({ atMilliseconds }) => atMilliseconds).sort((a, b) => a - b),
            asked,
          );
        }),
        { numRuns: 30 },
      );
      await state.close();
    });

    it('changes of four processes at once are all made, one after the other, from the first one on', async (context) => {
      const { open, expression } = await create(context);
      const state = await open();
      await withTemporaryFolder(async (folder) => {
        const script = join(folder, 'change.ts');
        writeFileSync(
          script,
          `import * as stores from ${JSON.stringify(STORES_MODULE)};
           const state = await ${expression};
           for (let turn = 0; turn < 25; turn += 1)
             await state.update('spend', turn % 2 ? 'order' : 'observation', (before) => ({
               entries: [...(before?.entries ?? []), { atMilliseconds: turn, userId: String(process.pid), usd: 1 }],
             }));
           await state.close();`,
        );
        const run = promisify(execFile);
        await Promise.all(Array.from({ length: 4 }, () => run(process.execPath, [script])));
      });
      assert.equal((await state.read('spend'))?.entries.length, 4 * 25);
      await state.close();
    });

    it('processes that set money aside at once do not pass the cap together, and learn when it is given back', async (context) => {
      const state = await (await create(context)).open();
      const limits = { hourlyUsd: 1, hourlyUsdPerUser: 1 };
      const start = (index: number) => {
        const spend = createSpendBreaker({ clock: { now: () => 5_000_000 }, limits });
        return createSharedSpend({ spend, store: state, processId: `process-${index}` });
      };
      const processes = Array.from({ length: 4 }, (_, index) => start(index));
      const wishes = processes.flatMap((process) => [process, process]).map((process) => process.setAside('ann', 0.3));
      const accounts = (await Promise.allSettled(wishes)).filter((wish) => wish.status === 'fulfilled');
      assert.equal(accounts.length, 3);
      await assert.rejects(start(5).setAside('bob', 0.3), { code: 'fallback_spend_limit' });
      accounts[0]?.value.reserve('ann', 0.3).settle(0.1);
      for (const { value } of accounts) value.close();
      await Promise.all(processes.map((process) => process.save()));
      await assert.rejects(start(6).setAside('bob', 0.95), { code: 'fallback_spend_limit' }, 'what was paid stays');
      (await start(7).setAside('bob', 0.85)).close();
      await state.close();
    });

    it('what administrators did is told newest first, and survives a restart', async (context) => {
      const { open } = await create(context);
      const state = await open();
      for (let at = 1; at <= 3; at += 1) {
        const detail = { provider: 'elevenlabs', at };
        await state.appendAudit({ at: at + 0.4, by: 'loopback', action: 'set_tts_provider', detail });
      }
      await state.close();
      const reopened = await open();
      const entries = await reopened.audit({ limit: 2 });
      assert.deepEqual(
        entries.map(({ detail }) => detail['at']),
        [3, 2],
      );
      await reopened.close();
    });
  });
}
