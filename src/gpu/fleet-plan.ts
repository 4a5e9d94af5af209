/** A server as the plan sees it. Times are seconds from now. */
export type PlannedServer = {
  readonly id: string;
  /** Audio seconds per wall second of one stream. */
  readonly speed: number;
  readonly freeSlots: number;
  /** When each utterance that it is speaking is expected to end. */
  readonly busySeconds: readonly number[];
  /** When it last got work; equal servers take turns. */
  readonly lastUsedAt: number;
};

export type PlannedWork = {
  readonly expectedAudioSeconds: number;
  /** Servers that have already failed at it; they get it only when there is no other. */
  readonly avoid: readonly string[];
};

/** For each waiting utterance, in order: the server that it is meant for, and whether it can start there at once. */
export type Assignment = { readonly serverId: string; readonly startsNow: boolean };

/**
 * Least expected work with late binding: each utterance, in the order of the line, is meant for the server that is
 * expected to finish it first, counting the utterances ahead of it. Only those whose server is free start; the others
 * wait without being bound to it, because by then a better place may be free. A slow server thus gets work only when it would be done before
 * the fast ones get round to it. Scanning all servers is best while there are few of them and one dispatcher.
 */
export function planWork(
  servers: readonly PlannedServer[],
  waiting: readonly PlannedWork[],
): readonly (Assignment | undefined)[] {
  const lanes = servers.map((server) => ({
    server,
    freeAt: [...new Array<number>(server.freeSlots).fill(0), ...server.busySeconds].sort((a, b) => a - b),
    assigned: 0,
  }));
  return waiting.map((work) => {
    const usable = lanes.filter((lane) => lane.freeAt.length > 0);
    const preferred = usable.filter((lane) => !work.avoid.includes(lane.server.id));
    let best: (typeof lanes)[number] | undefined;
    let bestFinish = Infinity;
    for (const lane of preferred.length > 0 ? preferred : usable) {
      const finish = lane.freeAt[0]! + work.expectedAudioSeconds / lane.server.speed;
      const takesTurn = best !== undefined && finish === bestFinish && lane.server.lastUsedAt < best.server.lastUsedAt;
      if (finish < bestFinish || takesTurn) {
        best = lane;
        bestFinish = finish;
      }
    }
    if (best === undefined) return undefined;
    const startsNow = best.assigned < best.server.freeSlots;
    best.assigned += 1;
    best.freeAt[0] = bestFinish;
    best.freeAt.sort((a, b) => a - b);
    return { serverId: best.server.id, startsNow };
  });
}
