import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Pcm } from '../../media/pcm.ts';
import type { VibeVoiceScenario } from './scenarios.ts';

/** One acoustic token of the realtime model: 3,200 samples of 16 bits, 7.5 times a second. */
const FRAME_BYTES = 6400;
const SHORT_FRAME_BYTES = 642;
const BYTES_PER_SAMPLE = 2;
const FULL_SCALE = 32_767;
/** Opcode 3 with reserved bits set: RFC 6455, 5.2 forbids both. */
const GARBAGE = Buffer.from([0xf3, 0x05, 1, 2, 3, 4, 5]);

/** Neither protocol knows them; an event of upstream has the first one's form. */
const UNKNOWN_MESSAGES = [
  { type: 'log', event: 'backend_cache_warmed', data: { share: 0.5 }, timestamp: '2026-11-22 22:42:20.123' },
  { type: 'progress', share: 0.5 },
] as const;

/** Thrown when the client has left, so that nothing more is done for it. */
export class ClientLeft extends Error {}

/** One accepted connection of the simulator. */
export class Visit {
  readonly #socket: WebSocket;
  readonly #left = new AbortController();
  readonly #frameSeconds: number;

  constructor(socket: WebSocket, frameSeconds: number) {
    this.#socket = socket;
    this.#frameSeconds = frameSeconds;
    // A client that breaks the protocol has left as well; ws closes the connection itself.
    socket.on('error', () => {});
    socket.on('close', () => this.#left.abort(new ClientLeft('The client has left.')));
  }

  /** Aborts when the client leaves. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  /** Resolves once the message is written, so that a slow reader slows the sender. */
  async send(message: string | Uint8Array): Promise<void> {
    this.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.send(message, (error) => (error ? reject(new ClientLeft(error.message)) : resolve()));
    await promise;
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  async wait(seconds: number): Promise<void> {
    await sleep(seconds * 1000, undefined, { signal: this.signal }).catch(() => this.signal.throwIfAborted());
  }

  /** Says nothing more until the client leaves. */
  async stall(): Promise<never> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
    this.signal.throwIfAborted();
    return promise;
  }

  /**
   * Sends the speech frame by frame, meets the faults that strike half-way, and returns the number of samples sent.
   * `afterFrame` is told the number of the frame, from 0, and its samples.
   */
  async sendSound(
    pcm: Pcm,
    scenario: VibeVoiceScenario | undefined,
    afterFrame: (index: number, sampleCount: number) => Promise<void> = async () => {},
  ): Promise<number> {
    const bytes = toBytes(pcm.samples);
    const frameBytes = scenario === 'short-frames' ? SHORT_FRAME_BYTES : FRAME_BYTES;
    const frameCount = Math.ceil(bytes.length / frameBytes);
    const lastIndex = scenario === 'endless' ? Infinity : frameCount - 1;
    let sampleCount = 0;
    for (let index = 0; index <= lastIndex; index++) {
      if (index === Math.floor(frameCount / 2)) await this.#strike(scenario);
      const start = (index % frameCount) * frameBytes;
      const frame = bytes.subarray(start, start + frameBytes);
      await this.send(frame);
      sampleCount += frame.length / BYTES_PER_SAMPLE;
      await afterFrame(index, frame.length / BYTES_PER_SAMPLE);
      if (this.#frameSeconds > 0) await this.wait(this.#frameSeconds);
    }
    return sampleCount;
  }

  async #strike(scenario: VibeVoiceScenario | undefined): Promise<void> {
    if (scenario === 'drop-mid-utterance') {
      this.#tcpSocket().resetAndDestroy();
      await this.stall();
    }
    if (scenario === 'garbage-frame') {
      this.#tcpSocket().write(GARBAGE);
      await this.stall();
    }
    if (scenario === 'stall-mid-utterance') await this.stall();
    if (scenario === 'odd-frame') await this.send(new Uint8Array(FRAME_BYTES + 1));
    if (scenario === 'unknown-events') {
      for (const message of UNKNOWN_MESSAGES) await this.send(JSON.stringify(message));
    }
  }

  /** ws has no way to do what the protocol does not allow, so it is done to the socket beneath it. */
  #tcpSocket(): Socket {
    return (this.#socket as unknown as { readonly _socket: Socket })._socket;
  }
}

/** As upstream: clipped to full scale, signed 16-bit little-endian. */
function toBytes(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * BYTES_PER_SAMPLE);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index++) {
    const clipped = Math.max(-1, Math.min(1, samples[index] as number));
    view.setInt16(index * BYTES_PER_SAMPLE, Math.round(clipped * FULL_SCALE), true);
  }
  return bytes;
}
