import { WebSocket, type RawData } from 'ws';

export type WebSocketMessage =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array };

/** What happened, in words of the network. What it means for the work is for the adapter to say. */
export type WebSocketFailure =
  /** No connection: the answer was an HTTP status, or the system refused with its code (`ECONNREFUSED`, `ENOTFOUND`). */
  | {
      readonly kind: 'refused';
      readonly status: number | undefined;
      readonly retryAfterSeconds: number | undefined;
      readonly systemCode: string | undefined;
    }
  | { readonly kind: 'connect_timed_out'; readonly seconds: number }
  | { readonly kind: 'idle_timed_out'; readonly seconds: number }
  /** The connection ended without the closing handshake. */
  | { readonly kind: 'lost'; readonly systemCode: string | undefined }
  /** The peer broke RFC 6455, or a bound of ours. */
  | { readonly kind: 'unreadable'; readonly detail: string };

export class WebSocketError extends Error {
  readonly failure: WebSocketFailure;

  constructor(failure: WebSocketFailure, cause?: unknown) {
    super(describeFailure(failure), cause === undefined ? undefined : { cause });
    this.name = 'WebSocketError';
    this.failure = failure;
  }
}

export type WebSocketOptions = {
  readonly signal: AbortSignal;
  /** From the look-up of the name to the answered handshake. */
  readonly connectionTimeoutSeconds: number;
  /** The longest time without a message that counts. */
  readonly idleTimeoutSeconds: number;
  /** Which messages count; all do by default. */
  readonly isActivity?: (message: WebSocketMessage) => boolean;
  readonly maximumMessageBytes?: number;
};

export type WebSocketClosure = { readonly code: number; readonly reason: string };

const DEFAULT_MAXIMUM_MESSAGE_BYTES = 4 * 1024 * 1024;
/** The defaults of ws (16,384 and 262,144) let a peer fill the memory with unfinished messages. */
const MAXIMUM_FRAGMENTS = 64;
const MAXIMUM_BUFFERED_CHUNKS = 1024;
/** Reading stops above this and goes on once all of it is taken, so a fast peer waits for a slow reader. */
const QUEUE_BYTES = 1024 * 1024;
/** What a message costs beyond its bytes, so that many empty ones fill the queue too. */
const MESSAGE_OVERHEAD_BYTES = 128;
/** How long a polite close waits for the peer's answer. */
const CLOSE_SECONDS = 0.5;
/** RFC 6455, 7.1.5: no close frame was received. */
const CLOSED_ABNORMALLY = 1006;

/**
 * Opens a WebSocket without compression. Whoever opens one ends it with `close` or `terminate`, whatever happened.
 * Throws WebSocketError, or the signal's reason; nothing is left open then.
 */
export async function openWebSocket(url: URL, options: WebSocketOptions): Promise<WebSocketConnection> {
  options.signal.throwIfAborted();
  const connection = new WebSocketConnection(url, options);
  try {
    await connection.opened;
    return connection;
  } catch (thrown) {
    await connection.terminate();
    throw thrown;
  }
}

/** An open connection. `messages` is read by one reader. */
class WebSocketConnection {
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #options: WebSocketOptions;
  readonly #queue: WebSocketMessage[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #queuedBytes = 0;
  #idleTimeoutSeconds: number;
  #timer: NodeJS.Timeout | undefined;
  #closure: WebSocketClosure | undefined;
  #failed: { readonly error: unknown } | undefined;
  #hasOpened = false;
  #isEnding = false;
  #wake: () => void = () => {};

  constructor(url: URL, options: WebSocketOptions) {
    this.#options = options;
    this.#idleTimeoutSeconds = options.idleTimeoutSeconds;
    const opening = Promise.withResolvers<void>();
    this.opened = opening.promise;
    this.#wake = () => {
      if (this.#failed !== undefined) opening.reject(this.#failed.error);
    };
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: options.maximumMessageBytes ?? DEFAULT_MAXIMUM_MESSAGE_BYTES,
      maxFragments: MAXIMUM_FRAGMENTS,
      maxBufferedChunks: MAXIMUM_BUFFERED_CHUNKS,
    });
    this.#socket = socket;
    const abort = (): void => this.#fail(options.signal.reason);
    options.signal.addEventListener('abort', abort, { once: true });
    const seconds = options.connectionTimeoutSeconds;
    this.#timer = setTimeout(
      () => this.#fail(new WebSocketError({ kind: 'connect_timed_out', seconds })),
      seconds * 1000,
    );

    socket.on('open', () => {
      this.#hasOpened = true;
      this.#armIdleTimer();
      opening.resolve();
    });
    socket.on('unexpected-response', (_request, response) => {
      const retryAfterSeconds = readRetryAfter(response.headers['retry-after']);
      this.#fail(
        new WebSocketError({ kind: 'refused', status: response.statusCode, retryAfterSeconds, systemCode: undefined }),
      );
      response.resume();
      socket.terminate();
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('error', (error) => this.#fail(toWebSocketError(error, this.#hasOpened)));
    socket.on('close', (code, reason) => {
      options.signal.removeEventListener('abort', abort);
      if (code === CLOSED_ABNORMALLY) this.#fail(new WebSocketError({ kind: 'lost', systemCode: undefined }));
      this.#closure = { code, reason: reason.toString() };
      clearTimeout(this.#timer);
      this.#closed.resolve();
      this.#wake();
    });
  }

  /** Code and reason of the peer's close frame, once `messages` has ended. */
  get closure(): WebSocketClosure | undefined {
    return this.#closure;
  }

  /**
   * The messages as they come, until the peer closes. Throws WebSocketError when it does not close but fails, and the
   * signal's reason on abort.
   */
  async *messages(): AsyncGenerator<WebSocketMessage, void, undefined> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      const message = this.#queue.shift();
      if (message !== undefined) {
        this.#queuedBytes -= sizeOf(message);
        if (this.#queue.length === 0 && !this.#isEnding) this.#socket.resume();
        yield message;
        continue;
      }
      if (this.#failed !== undefined) throw this.#failed.error;
      if (this.#closure !== undefined) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  /** Another idle timeout from now on: a peer that said it will be silent for longer may be. */
  setIdleTimeout(seconds: number): void {
    this.#idleTimeoutSeconds = seconds;
    this.#armIdleTimer();
  }

  /** Sends a text message; nothing when the connection is no longer open. */
  send(text: string): void {
    if (this.#isOpen()) this.#socket.send(text, () => {});
  }

  /** Closes with a handshake, or without one when the peer does not answer soon. */
  async close(): Promise<void> {
    this.#end();
    if (this.#isOpen()) this.#socket.close(1000);
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_SECONDS * 1000);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  /** Ends the connection at once. */
  async terminate(): Promise<void> {
    this.#end();
    this.#socket.terminate();
    await this.#closed.promise;
  }

  #end(): void {
    this.#isEnding = true;
    this.#queue.length = 0;
    clearTimeout(this.#timer);
    if (this.#socket.isPaused) this.#socket.resume();
  }

  #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isEnding) return;
    const bytes = data as Buffer;
    const message: WebSocketMessage = isBinary ? { kind: 'binary', bytes } : { kind: 'text', text: bytes.toString() };
    if (this.#options.isActivity?.(message) ?? true) this.#armIdleTimer();
    this.#queue.push(message);
    this.#queuedBytes += sizeOf(message);
    if (this.#queuedBytes > QUEUE_BYTES) this.#socket.pause();
    this.#wake();
  }

  #armIdleTimer(): void {
    clearTimeout(this.#timer);
    if (this.#failed !== undefined || this.#isEnding || this.#closure !== undefined) return;
    const seconds = this.#idleTimeoutSeconds;
    this.#timer = setTimeout(() => {
      // What waits to be read is not the peer's silence.
      if (this.#queue.length > 0) this.#armIdleTimer();
      else this.#fail(new WebSocketError({ kind: 'idle_timed_out', seconds }));
    }, seconds * 1000);
  }

  /** The first failure is the cause; those that follow are its effects. */
  #fail(error: unknown): void {
    if (this.#isEnding) return;
    this.#failed ??= { error };
    clearTimeout(this.#timer);
    this.#wake();
  }
}

export type { WebSocketConnection };

function sizeOf(message: WebSocketMessage): number {
  return (message.kind === 'text' ? message.text.length : message.bytes.length) + MESSAGE_OVERHEAD_BYTES;
}

function toWebSocketError(error: Error, hasOpened: boolean): WebSocketError {
  const code = (error as NodeJS.ErrnoException).code;
  // ws names what breaks the protocol WS_ERR_*, Node's HTTP parser HPE_*; a handshake with wrong headers has no code.
  if (code === undefined || /^(WS_ERR|HPE)_/.test(code)) {
    return new WebSocketError({ kind: 'unreadable', detail: code ?? 'handshake' }, error);
  }
  if (hasOpened) return new WebSocketError({ kind: 'lost', systemCode: code }, error);
  const refused = { kind: 'refused', status: undefined, retryAfterSeconds: undefined, systemCode: code } as const;
  return new WebSocketError(refused, error);
}

/** RFC 9110, 10.2.3. Only the form in seconds; a date would need the peer's clock. */
function readRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

function describeFailure(failure: WebSocketFailure): string {
  if (failure.kind === 'refused') {
    return `The connection was refused with ${failure.status ?? failure.systemCode ?? 'no reason'}.`;
  }
  if (failure.kind === 'connect_timed_out') return `The connection was not open within ${failure.seconds} s.`;
  if (failure.kind === 'idle_timed_out') return `Nothing that counts came for ${failure.seconds} s.`;
  if (failure.kind === 'lost') return `The connection was lost (${failure.systemCode ?? 'no close frame'}).`;
  return `The peer broke the protocol (${failure.detail}).`;
}
