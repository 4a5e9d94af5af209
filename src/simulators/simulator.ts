import type { Pcm } from '../media/pcm.ts';
import type { Alignment } from '../media/alignment.ts';
import type { FaultControl } from './fault-control.ts';

/** A real server on a loopback port that speaks a vendor's protocol. */
export type Simulator<Scenario extends string = string> = {
  /** The base address an adapter is pointed at, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly faults: FaultControl<Scenario>;
  /** What clients have asked for so far, oldest first; keys and speech text included, so it is never logged. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
};

/** What every simulator can be started with. */
export type SimulatorOptions = {
  /** A free one without it. The start throws AppError `port_unavailable` when it cannot be had. */
  readonly port?: number | undefined;
  /** How many of the latest requests stay in `requests`; all of them without it. */
  readonly keptRequests?: number | undefined;
};

export type RecordedRequest = {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where it holds a file. */
  readonly body: string;
};

/** Simulated voices really speak: this is the offline voice, handed in by whoever starts the simulator. */
export type SimulatorVoice = (
  request: { readonly text: string; readonly language: string },
  signal: AbortSignal,
) => Promise<{ readonly pcm: Pcm; readonly alignment: Alignment }>;
