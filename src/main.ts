import { enableCompileCache } from 'node:module';

// The second start reads compiled code instead of stripping types again: 0.1 s instead of 0.6 s.
enableCompileCache();

const COMMANDS = {
  serve: () => import('./cli/serve.ts'),
  worker: () => import('./cli/worker.ts'),
  'make-video': () => import('./cli/make-video.ts'),
  simulate: () => import('./cli/simulate.ts'),
  'check-config': () => import('./cli/check-config.ts'),
} satisfies Record<string, () => Promise<{ run(arguments_: readonly string[]): Promise<number> }>>;

const [name = '', ...rest] = process.argv.slice(2);
if (Object.hasOwn(COMMANDS, name)) {
  const { run } = await COMMANDS[name as keyof typeof COMMANDS]();
  process.exitCode = await run(rest);
} else {
  process.stderr.write(`Usage: node src/main.ts <${Object.keys(COMMANDS).join('|')}> [options]\n`);
  process.exitCode = 2;
}
