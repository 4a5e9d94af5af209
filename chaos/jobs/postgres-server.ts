import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { askDatabase } from './services.ts';

const START_ATTEMPTS = 300;

/** PostgreSQL of our own, because a restart of one that others use would be felt by them. */
export type PostgresServer = {
  readonly databaseUrl: string;
  /** `fast` ends its sessions and writes what it has; `immediate` just ends, and recovers at the next start. */
  restart(shutdown: 'fast' | 'immediate'): Promise<void>;
  close(): Promise<void>;
};

/** With the programs of the server at `databaseUrl`, if they are on this machine; otherwise why not. */
export async function startPostgres(databaseUrl: string): Promise<PostgresServer | { readonly missing: string }> {
  const [row] = await askDatabase(databaseUrl, `SELECT setting FROM pg_config WHERE name = 'BINDIR'`);
  const programs = String(row?.['setting']);
  if (!existsSync(join(programs, 'initdb'))) {
    return { missing: 'the programs of PostgreSQL are not on this machine, so that it cannot be restarted' };
  }
  const owner = await findOwner();
  const folder = mkdtempSync(join(tmpdir(), 'chaos-postgres-'));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const initialise = promisify(execFile)(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'chaos', '-E', 'UTF8', '--locale=C', '-A', 'trust'],
    { ...owner, cwd: folder },
  );
  await initialise;
  const port = await freePort();
  const url = `postgres://chaos@127.0.0.1:${port}/postgres`;
  let server = await start();

  async function start(): Promise<ChildProcess> {
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories='];
    const child = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
      ...owner,
      cwd: folder,
      stdio: 'ignore',
    });
    for (let attempt = 0; attempt < START_ATTEMPTS && child.exitCode === null; attempt += 1) {
      try {
        await askDatabase(url, 'SELECT 1');
        return child;
      } catch {
        await pause(50);
      }
    }
    child.kill('SIGQUIT');
    throw new Error(`PostgreSQL did not start in ${folder}.`);
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  return {
    databaseUrl: url,
    async restart(shutdown) {
      await stop(shutdown === 'fast' ? 'SIGINT' : 'SIGQUIT');
      server = await start();
    },
    async close() {
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
async function findOwner(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const idOf = async (flag: string, user: string) =>
    Number((await promisify(execFile)('id', [flag, user])).stdout.trim());
  const user = await idOf('-u', 'postgres').then(
    () => 'postgres',
    () => 'nobody',
  );
  return { uid: await idOf('-u', user), gid: await idOf('-g', user) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
