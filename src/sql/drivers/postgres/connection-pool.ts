import { Client, Pool, type ClientConfig } from 'pg';

const IDLE_CONNECTION_MILLISECONDS = 30_000;

/** The connections of one process. `onIdleFault` hears of those that broke while nobody used them. */
export function createConnectionPool(options: {
  readonly client: ClientConfig;
  readonly maximumConnections: number;
  readonly onIdleFault: (error: unknown) => void;
}): Pool {
  const pool = new Pool({
    ...options.client,
    Client: PoolClient,
    pipeline: true,
    max: options.maximumConnections,
    idleTimeoutMillis: IDLE_CONNECTION_MILLISECONDS,
  });
  // Without a listener the end of a connection would end the process.
  pool.on('error', options.onIdleFault);
  return pool;
}

/**
 * The pool forgets a client that could not connect, and leaves its socket open when it was the client that gave up: until the
 * server loses patience after a minute.
 */
class PoolClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    // The pool listens a moment after the server has said that it is ready, and whoever borrows a moment after that. A server
    // that shuts down in between would end the process; the next statement on this connection tells of it all the same.
    this.on('error', () => {});
  }

  override connect(): Promise<Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: Client) => void)): void;
  override connect(callback?: (...outcome: never[]) => void): Promise<Client> | void {
    const connected = super.connect();
    connected.catch(() => this.connection.stream.destroy());
    if (callback === undefined) return connected;
    const answer = callback as (error: unknown, client?: Client) => void;
    connected.then(
      () => answer(null, this),
      (error: unknown) => answer(error),
    );
  }
}
