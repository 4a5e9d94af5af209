import { runNamed } from './support/run-named.ts';

await runNamed({ folder: import.meta.dirname, command: 'npm run bench' });
