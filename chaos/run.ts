import { runNamed } from '../bench/support/run-named.ts';

await runNamed({ folder: import.meta.dirname, command: 'npm run chaos' });
