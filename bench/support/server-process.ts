import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export type ServerProcess = {
  readonly address: string;
  /** From the start of the process to the first 200 of /health. */
  readonly startMilliseconds: number;
  stop(): Promise<void>;
};

/** Starts the product as `npm start` does, on a free port and an empty data folder, and waits until /health answers 200. */
export async function startServerProcess(): Promise<ServerProcess> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'bench-server-'));
  const port = await findFreePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: dataFolder, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const address = `http://127.0.0.1:${port}`;
  while (!(await isHealthy(address))) {
    if (child.exitCode !== null)
      throw new Error(`The server ended with exit code ${child.exitCode} before it was ready.`);
    if (performance.now() - startedAt > 30_000) throw new Error('The server was not ready within 30 s.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    address,
    startMilliseconds: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/health`);
    return response.status === 200;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
