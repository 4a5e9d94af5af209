import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export type Answer = { readonly status: number; readonly body: string; readonly location: string };
/** What it took until a client had its answer. */
export type Asked = { readonly answer: Answer; readonly sent: number; readonly disconnects: number };

const GIVE_UP_AFTER = 500;
/** The server asks for a second; a hurry is harder on it. */
const LONGEST_PAUSE_MILLISECONDS = 40;

/** A client that hangs up now and then before the answer comes, and asks until it has one. */
export function createImpatientClient(options: {
  readonly address: string;
  readonly sockets: number;
  /** 0 to 1: the share of the requests that are cut. */
  readonly disconnectShare: number;
  readonly random: () => number;
}): { ask(body: string, key: string): Promise<Asked>; close(): void } {
  const { address, sockets, disconnectShare, random } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });

  function send(body: string, key: string, cutAfterMilliseconds: number | undefined): Promise<Answer | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const sent = request(
      `${address}/generate-video`,
      { method: 'POST', agent, headers, timeout: 30_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve(undefined));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            location: response.headers.location ?? '',
          }),
        );
      },
    );
    sent.on('timeout', () => reject(new Error('The server did not answer within 30 s.')));
    // Also when the socket was cut on purpose.
    sent.on('error', () => resolve(undefined));
    sent.end(body);
    if (cutAfterMilliseconds !== undefined) setTimeout(() => sent.destroy(), cutAfterMilliseconds);
    return promise;
  }

  return {
    async ask(body, key) {
      let disconnects = 0;
      for (let count = 1; count <= GIVE_UP_AFTER; count += 1) {
        const isCut = random() < disconnectShare;
        const answer = await send(body, key, isCut ? random() * 20 : undefined);
        if (answer === undefined) disconnects += 1;
        else if (answer.status !== 409) return { answer, sent: count, disconnects };
        await wait(random() * LONGEST_PAUSE_MILLISECONDS);
      }
      throw new Error(`No answer after ${GIVE_UP_AFTER} requests with one key.`);
    },
    close: () => agent.destroy(),
  };
}
