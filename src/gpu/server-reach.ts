import { startRounds, type Rounds } from '../core/rounds.ts';
import type { Timer } from '../core/timer.ts';
import type { GpuServer } from './fleet-server.ts';

const LONGEST_MILLISECONDS = 3_000;

/** Which servers can be connected to, found out in the background. */
export type ServerReach = Rounds & {
  /** True until it is known better. */
  isReachable(id: string): boolean;
};

/**
 * Knocks at every server now and then, so that one that is down is known before somebody wants to hear it. `reach` connects to an
 * address and throws when nobody is there.
 */
export function watchServers(options: {
  readonly servers: readonly GpuServer[];
  readonly reach: (url: string, options: { readonly signal: AbortSignal }) => Promise<void>;
  readonly intervalMilliseconds: number;
  readonly timer: Timer;
}): ServerReach {
  const { servers, reach, intervalMilliseconds, timer } = options;
  const away = new Set<string>();
  const knock = async ({ id, url }: GpuServer, stopping: AbortSignal): Promise<void> => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST_MILLISECONDS)]);
    try {
      await reach(url, { signal });
      away.delete(id);
    } catch {
      if (!stopping.aborted) away.add(id);
    }
  };
  const rounds = startRounds({
    work: async (stopping) => Promise.all(servers.map(async (server) => knock(server, stopping))),
    intervalMilliseconds,
    timer,
    // Every knock has an answer of its own.
    onFailure: () => undefined,
  });
  return { isReachable: (id) => !away.has(id), stop: () => rounds.stop() };
}
