import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark } from './bench-result.ts';
import { formatTable } from './support/format-table.ts';

/** `npm run bench -- <name> [--quick]`: prints a table for people and, last, one line of JSON; exits 0 only when every target is met. */
const NOT_BENCHMARKS = new Set(['run.ts', 'bench-result.ts']);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_BENCHMARKS.has(file))
  .map((file) => file.replace(/\.ts$/, ''));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (name === undefined || !names.includes(name)) {
  console.error(
    `Usage: npm run bench -- <${names.join('|')}> [--quick]${name === undefined ? '' : `; there is no "${name}"`}`,
  );
  process.exit(2);
}

const benchmark = (await import(join(import.meta.dirname, `${name}.ts`))) as Benchmark;
const result = await benchmark.run({ quick: values.quick });
if (result.rows.length > 0) console.log(formatTable(result.rows));
for (const skipped of result.skipped ?? []) console.log(`Skipped: ${skipped}`);
const { rows: _rows, skipped: _skipped, ...summary } = result;
console.log(JSON.stringify(summary));
process.exit(result.pass ? 0 : 1);
