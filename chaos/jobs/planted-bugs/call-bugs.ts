import { randomUUID } from 'node:crypto';
import type { NewProviderCall, ProviderCall } from '../../../src/jobs/provider-call.ts';
import type { PlantedBug } from '../sabotage.ts';

/** A call that is in no journal. */
function unwritten(jobId: string, call: NewProviderCall, key: string): ProviderCall {
  return {
    ...call,
    key,
    jobId,
    state: 'intent',
    sends: 1,
    uncertainRepeats: 0,
    reference: null,
    result: null,
    costUsd: 0,
    startedAt: Date.now(),
    finishedAt: null,
  };
}

const keyOf = (jobId: string, call: NewProviderCall): string => `${jobId}.${call.step}`;

/** Bugs of the protocol that pays once. */
export const CALL_BUGS: readonly PlantedBug[] = [
  {
    bug: 'no intent is written',
    hunt: 'open_requests',
    sabotage: {
      store: (store) => ({
        ...store,
        beginCall: async ({ jobId }, call) => ({ call: unwritten(jobId, call, keyOf(jobId, call)), isNew: true }),
        async resendCall() {},
        async referCall() {},
        async endCall() {},
      }),
    },
  },
  {
    bug: 'the intent is written after the request',
    hunt: 'open_requests',
    sabotage: {
      store(store) {
        const late = new Map<string, NewProviderCall>();
        return {
          ...store,
          async beginCall({ jobId }, call) {
            const key = keyOf(jobId, call);
            const known = (await store.calls(jobId)).find(({ step }) => step === call.step);
            if (known !== undefined) return { call: known, isNew: false };
            late.set(key, call);
            return { call: unwritten(jobId, call, key), isNew: true };
          },
          async endCall(claim, key, end) {
            const call = late.get(key);
            if (call === undefined) return store.endCall(claim, key, end);
            const written = await store.beginCall(claim, call);
            return store.endCall(claim, written.call.key, end);
          },
        };
      },
    },
  },
  {
    bug: 'a completed call is not reused after a crash',
    hunt: 'kills',
    sabotage: {
      store: (store) => ({
        ...store,
        async beginCall(claim, call, limit) {
          const begun = await store.beginCall(claim, call, limit);
          if (begun.call.state !== 'completed') return begun;
          return { call: unwritten(claim.jobId, call, `${begun.call.key}.again`), isNew: true };
        },
      }),
    },
  },
  {
    bug: 'each sending has a new key',
    hunt: 'open_requests',
    sabotage: {
      call: (call) => ({ ...call, send: (context) => call.send({ ...context, key: randomUUID() }) }),
    },
  },
  {
    bug: 'the vendor is not asked what became of a call',
    hunt: 'open_requests',
    sabotage: { call: (call) => ({ ...call, lookUp: async () => undefined }) },
  },
  {
    bug: 'the reference is not kept, and the work is started anew at each look',
    hunt: 'kills',
    sabotage: {
      call: (call) =>
        call.recovery !== 'key'
          ? call
          : {
              ...call,
              send: (context) => call.send({ ...context, key: randomUUID(), keepReference: async () => {} }),
            },
    },
  },
  {
    bug: 'the client of the vendor tries again by itself',
    hunt: 'faults',
    sabotage: {
      call: (call) => ({
        ...call,
        send: (context) => call.send(context).catch(() => call.send(context)),
      }),
    },
  },
  {
    bug: 'a repeat that may be charged is not counted',
    hunt: 'open_requests',
    sabotage: {
      store: (store) => ({
        ...store,
        resendCall: (claim, key) => store.resendCall(claim, key, { uncertain: false }),
      }),
    },
  },
  {
    bug: 'a call that may be charged is repeated without end',
    hunt: 'open_requests',
    sabotage: {
      store: (store) => ({
        ...store,
        async beginCall(claim, call, limit) {
          const { call: begun, isNew } = await store.beginCall(claim, call, limit);
          return { call: { ...begun, uncertainRepeats: 0 }, isNew };
        },
      }),
    },
  },
  {
    bug: 'a call costs twice what was charged',
    hunt: 'kills',
    sabotage: {
      store: (store) => ({
        ...store,
        endCall: (claim, key, end) => store.endCall(claim, key, { ...end, costUsd: end.costUsd * 2 }),
      }),
    },
  },
];
