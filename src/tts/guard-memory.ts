import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import { SerialQueue } from '../core/serial-queue.ts';
import type { GpuFleet } from '../gpu/gpu-fleet.ts';
import type { SpeechDocuments, SpeechStateStore } from './speech-state.ts';
import type { SharedSpend } from './shared-spend.ts';

/** What the guards of speech have learnt, as it is stored: a restart must not have to learn an outage, or a bill, anew. */
export type RememberedGuards = {
  readonly [Name in 'provider_breakers' | 'server_breakers' | 'spend']: SpeechDocuments[Name] | undefined;
};

export async function recallGuards(store: Pick<SpeechStateStore, 'read'>): Promise<RememberedGuards> {
  const [provider_breakers, server_breakers, spend] = await Promise.all([
    store.read('provider_breakers'),
    store.read('server_breakers'),
    store.read('spend'),
  ]);
  return { provider_breakers, server_breakers, spend };
}

const NEVER = new AbortController().signal;

/** A function that stores what has changed since its last call. */
export function createGuardMemory(options: {
  readonly store: Pick<SpeechStateStore, 'update'>;
  readonly breakers: Pick<CircuitBreakers, 'snapshot'>;
  readonly spend: Pick<SharedSpend, 'save'>;
  readonly fleet: Pick<GpuFleet, 'breakers'> | undefined;
}): () => Promise<void> {
  const { store, breakers, spend, fleet } = options;
  const stored = new Map<keyof RememberedGuards, string>();
  const save = async <Name extends keyof RememberedGuards>(name: Name, document: SpeechDocuments[Name]) => {
    const json = JSON.stringify(document);
    if (stored.get(name) === json) return;
    await store.update(name, 'observation', () => document);
    stored.set(name, json);
  };
  const saveAll = async (): Promise<void> => {
    await save('provider_breakers', breakers.snapshot());
    await spend.save();
    if (fleet !== undefined) await save('server_breakers', fleet.breakers());
  };
  // One after the other: of two at once, the older could be written last.
  const turns = new SerialQueue();
  return () => turns.run(saveAll, NEVER);
}
