import { connect, type Socket } from 'node:net';

/** One client of the event stream, on a bare socket so that a thousand of them cost little. */
export type Watcher = {
  readonly sequences: readonly number[];
  readonly isClosed: boolean;
  /** Reads nothing more, and keeps the connection. */
  stall(): void;
  close(): void;
};

/** `onEvent` hears how many milliseconds after its entry in the journal each event arrived, by the clock of this machine. */
export async function openWatcher(
  address: string,
  jobId: string,
  onEvent: (delayMilliseconds: number) => void,
  timeOf: (at: string) => number,
): Promise<Watcher> {
  const { hostname, port, host } = new URL(address);
  const socket: Socket = connect(Number(port), hostname);
  const sequences: number[] = [];
  const opened = Promise.withResolvers<void>();
  let text = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('error', opened.reject);
  socket.on('close', () => {
    isClosed = true;
    opened.reject(new Error('The stream ended before it began.'));
  });
  socket.on('data', (piece: string) => {
    const receivedAt = Date.now();
    text += piece;
    // Frames of chunked transfer lie between the events, never within what is looked for here: the server writes each at once.
    const end = text.lastIndexOf('\n\n');
    if (end < 0) return;
    opened.resolve();
    for (let start = text.indexOf('id: '); start >= 0 && start < end; start = text.indexOf('\nid: ', start + 4)) {
      const idStart = text.indexOf('id: ', start) + 4;
      const atStart = text.indexOf('"at":"', start) + 6;
      sequences.push(Number(text.slice(idStart, text.indexOf('\n', idStart))));
      onEvent(receivedAt - timeOf(text.slice(atStart, text.indexOf('"', atStart))));
    }
    text = text.slice(end + 2);
  });
  socket.write(`GET /jobs/${jobId}/events HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
  await opened.promise;
  return {
    sequences,
    get isClosed() {
      return isClosed;
    },
    stall: () => void socket.pause(),
    close: () => void socket.destroy(),
  };
}
