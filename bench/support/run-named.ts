import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from '../bench-result.ts';
import { formatTable } from './format-table.ts';

const NOT_BENCHMARKS = new Set(['run.ts', 'bench-result.ts']);

/**
 * `<command> <name> [--quick | --long] [--seed 1]`: runs the file of that name in `folder`, prints a table for people and,
 * last, one line of JSON, and ends the process: with 0 only when every target is met.
 */
export async function runNamed({ folder, command }: { readonly folder: string; readonly command: string }) {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_BENCHMARKS.has(file))
    .map((file) => file.replace(/\.ts$/, ''));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
    },
  });
  const [name] = positionals;
  const usage = `Usage: ${command} -- <${names.join('|')}> [--quick | --long] [--seed 1]`;
  if (name === undefined || !names.includes(name)) {
    console.error(`${usage}${name === undefined ? '' : `; there is no "${name}"`}`);
    process.exit(2);
  }
  const { quick, long } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || (quick && long)) {
    console.error(`${usage}; "--seed" is a whole number, and a run is quick or long`);
    process.exit(2);
  }

  const benchmark = (await import(join(folder, `${name}.ts`))) as Benchmark;
  const result = await benchmark.run({ quick, long, seed });
  if (result.rows.length > 0) console.log(formatTable(result.rows));
  for (const skipped of result.skipped ?? []) console.log(`Skipped: ${skipped}`);
  const { rows: _rows, skipped: _skipped, ...summary } = result;
  console.log(JSON.stringify(summary));
  process.exit(result.pass ? 0 : 1);
}
