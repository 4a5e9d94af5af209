import type { GpuServer } from './fleet-server.ts';
import type { GpuFleet } from './gpu-fleet.ts';
import { AppError } from '../core/errors.ts';

/** An administrator's hand on the fleet. What he orders holds until the next start. */
export type ServerRotation = {
  /** The server finishes what it has, gets nothing more, and leaves. */
  drain(id: string): void;
  /** The server is in the fleet again, as a new one would be. */
  restore(id: string): void;
};

/** `servers` are the configured ones. Both throw AppError `invalid_gpu_server` for an id that is none of theirs. */
export function createServerRotation(options: {
  readonly fleet: Pick<GpuFleet, 'drain' | 'leave' | 'join' | 'snapshot'>;
  readonly servers: readonly GpuServer[];
}): ServerRotation & { close(): void } {
  const { fleet, servers } = options;
  const closing = new AbortController();
  const isInFleet = (id: string): boolean => fleet.snapshot().servers.some((server) => server.id === id);
  const configured = (id: string): GpuServer => {
    const server = servers.find((candidate) => candidate.id === id);
    if (server !== undefined) return server;
    const known = servers.map((candidate) => candidate.id).join(', ');
    throw new AppError({
      code: 'invalid_gpu_server',
      kind: 'invalid_input',
      message: `The server must be one of ${known === '' ? 'none, because none is configured' : known}; got ${id.slice(0, 80)}.`,
    });
  };
  return {
    drain(id) {
      configured(id);
      if (!isInFleet(id)) return;
      // It ends when the server has left, or with the process; nobody waits for it here.
      fleet.drain(id, { signal: closing.signal }).catch(() => {});
    },
    restore(id) {
      const server = configured(id);
      // One that is still draining leaves first: what it is speaking may finish.
      if (isInFleet(id)) fleet.leave(id);
      fleet.join(server);
    },
    close: () => closing.abort(),
  };
}
