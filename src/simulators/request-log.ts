import type { IncomingMessage } from 'node:http';
import type { RecordedRequest } from './simulator.ts';

/** What clients have asked for, oldest first: all of it, or the latest when the simulator is to run for long. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  readonly #kept: number;

  constructor(kept = Infinity) {
    this.#kept = kept;
  }

  add(message: IncomingMessage, body: string): RecordedRequest {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const request: RecordedRequest = {
      method: message.method ?? 'GET',
      target: message.url ?? '/',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body,
    };
    this.requests.push(request);
    if (this.requests.length > this.#kept) this.requests.shift();
    return request;
  }
}
