import { enableCompileCache } from 'node:module';

// JavaScript, and before anything else is loaded: the second start then reads compiled code and never loads what strips types.
enableCompileCache();

const COMMANDS = {
  serve: () => import('./cli/serve.ts'),
  worker: () => import('./cli/worker.ts'),
  'make-video': () => import('./cli/make-video.ts'),
  cleanup: () => import('./cli/cleanup.ts'),
  simulate: () => import('./cli/simulate.ts'),
  'check-config': () => import('./cli/check-config.ts'),
};

const [name = '', ...rest] = process.argv.slice(2);
if (Object.hasOwn(COMMANDS, name)) {
  const { run } = await COMMANDS[name]();
  process.exitCode = await run(rest);
} else {
  process.stderr.write(`Usage: node src/main.js <${Object.keys(COMMANDS).join('|')}> [options]\n`);
  process.exitCode = 2;
}
