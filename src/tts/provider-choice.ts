import type { Clock } from '../core/clock.ts';
import type { SpeechStateStore } from './speech-state.ts';

/** The providers between which the configuration and an administrator choose. */
export const MAIN_PROVIDERS = ['vibevoice', 'elevenlabs'] as const;
export type MainProvider = (typeof MAIN_PROVIDERS)[number];

/** An administrator's order, plain JSON. It holds as long as the configuration says what it said then. */
export type ProviderChoice = {
  readonly provider: MainProvider;
  readonly previous: MainProvider;
  readonly configured: MainProvider;
  readonly changedBy: string;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
};

export type MainProviderChoice = {
  /** Who is asked first now. Reads the store each time, so an order holds in every process with the next call. */
  current(): Promise<MainProvider>;
  set(order: { readonly provider: MainProvider; readonly by: string }): Promise<ProviderChoice>;
};

/**
 * Who speaks by default: TTS_PROVIDER, until an administrator orders otherwise. A changed TTS_PROVIDER is the newer order of
 * the two, so a rollback by configuration works whatever had been ordered before.
 */
export function createMainProviderChoice(options: {
  readonly store: Pick<SpeechStateStore, 'read' | 'update'>;
  readonly configured: MainProvider;
  readonly clock: Clock;
}): MainProviderChoice {
  const { store, configured, clock } = options;
  const inForce = (choice: ProviderChoice | undefined): MainProvider =>
    choice?.configured === configured ? choice.provider : configured;
  return {
    current: async () => inForce(await store.read('provider_choice')),
    set: ({ provider, by }) =>
      store.update('provider_choice', 'order', (choice) => ({
        provider,
        previous: inForce(choice),
        configured,
        changedBy: by,
        changedAt: clock.now(),
      })),
  };
}
