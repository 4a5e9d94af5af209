import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { serverFlags } from '../../test/fixtures/server-flags.ts';

export type BenchProcess = {
  readonly child: ChildProcess;
  /** What it sends next; rejects when it ends first. */
  receive<T>(): Promise<T>;
  /** Lets go of it and waits for its end. */
  end(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
};

/** Starts a file of the benchmarks with the flags of `npm start`. */
export function startBenchProcess(
  path: string,
  arguments_: readonly string[],
  flags: readonly string[] = [],
): BenchProcess {
  const child = fork(path, arguments_, { execArgv: [...serverFlags(), ...flags] });
  const exited = once(child, 'exit');
  return {
    child,
    async receive<T>() {
      const ended = exited.then(([code]) => {
        throw new Error(`A process of the benchmark ended with ${String(code)} before it had answered: ${path}`);
      });
      return (await Promise.race([once(child, 'message'), ended]))[0] as T;
    },
    async end() {
      if (child.connected) child.disconnect();
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
