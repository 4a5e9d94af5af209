import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../core/logger.ts';
import type { EventHub } from '../jobs/event-hub.ts';
import { isFinalStatus, type Job, type JobEvent, type JobStatus, type Json } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { gatherWrites } from './gathered-writes.ts';
import { HttpError } from './problem.ts';

/** How soon a browser reconnects. */
const RECONNECT_MILLISECONDS = 2000;

const DEFAULT_STALLED_MILLISECONDS = 30_000;

/** An event as it is sent. */
export type EventFormat = (event: JobEvent) => string;

/**
 * Streams a job's events as server-sent events: `id` is the event's sequence, `event` its type, `data` its JSON. Starts
 * after `Last-Event-ID`, ends after the event that makes the job final. A client that reconnects after that gets 204,
 * which tells a browser to stop. Returns when the stream has ended; never rejects once it has begun.
 */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    readonly job: Job;
    readonly jobs: Pick<JobStore, 'eventsSince'>;
    readonly eventHub: Pick<EventHub, 'subscribe'>;
    /** Aborts when the server closes. */
    readonly closing: AbortSignal;
    readonly logger: Logger;
    readonly heartbeatMilliseconds: number;
    /** 30,000 unless given: a client that takes nothing for this long is dropped; its browser comes back with the last id it saw. */
    readonly stalledMilliseconds?: number | undefined;
    readonly format: EventFormat;
  },
): Promise<void> {
  const { job, format, stalledMilliseconds = DEFAULT_STALLED_MILLISECONDS } = options;
  const afterSequence = readLastEventId(request);
  if (isFinalStatus(job.status)) {
    const unseen = await options.jobs.eventsSince(afterSequence, { jobId: job.id, limit: 1 });
    if (unseen.length === 0) {
      await reply.code(204).send();
      return;
    }
  }

  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  const headers = Object.entries(reply.getHeaders());
  reply.hijack();
  const { raw } = reply;
  const disconnected = new AbortController();
  raw.on('close', () => disconnected.abort());
  raw.on('error', () => disconnected.abort());
  for (const [name, value] of headers) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200);
  raw.write(`retry: ${RECONNECT_MILLISECONDS}\n\n`);
  const writes = gatherWrites(raw);
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), options.heartbeatMilliseconds);
  const signal = AbortSignal.any([disconnected.signal, options.closing]);
  try {
    for await (const event of options.eventHub.subscribe({ jobId: job.id, afterSequence, signal })) {
      if (!writes.write(format(event))) await drained(raw, signal, stalledMilliseconds);
      if (isFinal(event)) break;
    }
  } catch (error) {
    options.logger.debug({ err: error, requestId: request.id }, 'Event stream ended early');
  } finally {
    clearInterval(heartbeat);
    // Node sends the end of an answer before what is gathered.
    writes.stop();
    // The end of a stream that nobody reads would never get out, and would hold its memory.
    if (raw.writableNeedDrain) raw.destroy();
    else raw.end();
  }
}

async function drained(raw: FastifyReply['raw'], signal: AbortSignal, stalledMilliseconds: number): Promise<void> {
  await once(raw, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(stalledMilliseconds)]) });
}

function isFinal(event: JobEvent): boolean {
  const status = (event.data as { readonly status?: unknown } | null)?.status;
  return event.type === 'status' && isFinalStatus(status as JobStatus);
}

/** All who watch a job are sent the same text; it is made once. */
export function createEventFormat(): EventFormat {
  const texts = new WeakMap<JobEvent, string>();
  return (event) => {
    let text = texts.get(event);
    if (text === undefined) texts.set(event, (text = formatEvent(event)));
    return text;
  };
}

function formatEvent(event: JobEvent): string {
  const at = new Date(event.at).toISOString();
  const data = JSON.stringify({ video_id: event.jobId, at, ...toPublicData(event) });
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${data}\n\n`;
}

/** Responses use snake_case, and times that people can read. */
function toPublicData({ data }: JobEvent): object {
  const { waitingFor, runAt, ...others } = data as { readonly waitingFor?: Json; readonly runAt?: number };
  return runAt === undefined ? others : { ...others, waiting_for: waitingFor, run_at: new Date(runAt).toISOString() };
}

function readLastEventId(request: FastifyRequest): number {
  const header = request.headers['last-event-id'];
  if (header === undefined || header === '') return 0;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new HttpError('invalid_value', 'Last-Event-ID must be an id of this stream: a whole number.');
}
