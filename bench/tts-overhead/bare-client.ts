import { WebSocket } from 'ws';

import type { Timing } from './measurement.ts';

/** The least that a client of the `/tts` protocol can do: ask, take in the samples, see that all have come. */
export async function speakBarely(endpoint: string, text: string, seed: number): Promise<Timing> {
  const { promise, resolve, reject } = Promise.withResolvers<Timing>();
  const startedAt = performance.now();
  const chunks: Buffer[] = [];
  let firstMilliseconds = 0;
  const socket = new WebSocket(endpoint, { perMessageDeflate: false });
  socket.on('error', reject);
  const wish = {
    type: 'synthesize',
    request_id: '1',
    text,
    language: 'en',
    style: 'neutral',
    profile: 'default',
    seed,
  };
  socket.on('open', () => socket.send(JSON.stringify(wish)));
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      if (chunks.length === 0) firstMilliseconds = performance.now() - startedAt;
      chunks.push(data);
      return;
    }
    const message = JSON.parse(data.toString()) as { readonly type: string; readonly samples?: number };
    if (message.type === 'error') reject(new Error('The simulator refused.'));
    if (message.type !== 'done') return;
    const bytes = Buffer.concat(chunks);
    if (bytes.length !== 2 * (message.samples ?? 0)) reject(new Error('Samples are missing.'));
    resolve({ firstMilliseconds, totalMilliseconds: performance.now() - startedAt });
  });
  try {
    return await promise;
  } finally {
    socket.terminate();
  }
}
