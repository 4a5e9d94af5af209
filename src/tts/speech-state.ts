import type { BreakerState } from '../core/circuit-breaker.ts';
import type { Breaker } from '../gpu/server-breaker.ts';
import type { CanaryState } from './canary/canary-state.ts';
import type { ProviderChoice } from './provider-choice.ts';
import type { SpendState } from './spend-breaker.ts';

/** What must outlive a restart, by name; all of it plain JSON. */
export type SpeechDocuments = {
  readonly provider_choice: ProviderChoice;
  readonly canary: CanaryState;
  readonly provider_breakers: Readonly<Record<string, BreakerState>>;
  readonly server_breakers: Readonly<Record<string, Breaker>>;
  readonly spend: SpendState;
};

/** `order`: a person decided it, so it is on disk before anyone is told. `observation`: seen by ourselves, and may be lost with the power. */
export type Importance = 'order' | 'observation';

/** Something that an administrator did. */
export type AuditEntry = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How the administrator showed who he is: never the key. */
  readonly by: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
};

/** PORT. Small documents that all processes share and that survive restarts, and the record of what administrators did. */
export type SpeechStateStore = {
  read<Name extends keyof SpeechDocuments>(name: Name): Promise<SpeechDocuments[Name] | undefined>;
  /**
   * Replaces a document by `change` of it, one caller at a time over all processes. `change` may run more than once; the last
   * run counts. Nothing is written when it returns the very object that it got; what it throws is thrown, and nothing is
   * written either. Resolves to the new document.
   */
  update<Name extends keyof SpeechDocuments>(
    name: Name,
    importance: Importance,
    change: (document: SpeechDocuments[Name] | undefined) => SpeechDocuments[Name],
  ): Promise<SpeechDocuments[Name]>;
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  audit(options: { readonly limit: number }): Promise<AuditEntry[]>;
  close(): Promise<void>;
};
