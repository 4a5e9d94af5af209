import { once } from 'node:events';
import { connect } from 'node:net';

/** Connects to where an address points and hangs up; nothing is said. Throws what the system says, or the signal's reason. */
export async function reachAddress(url: string, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const isSecure = protocol === 'wss:' || protocol === 'https:';
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
  });
  try {
    await once(socket, 'connect', { signal });
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}
