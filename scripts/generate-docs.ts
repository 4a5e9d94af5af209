import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderConfigReference, renderEnvironmentExample } from '../src/config/render-reference.ts';
import { renderPriceReference } from '../src/config/render-prices.ts';
import { describeApi } from '../src/http/describe-api.ts';
import { renderErrorReference } from '../src/http/render-errors.ts';
import { renderMetricsReference } from '../src/http/render-metrics.ts';

/** Writes the documents that are made from the code; with `--check`, exits 1 when one on disk differs. */
const ROOT = path.join(import.meta.dirname, '..');

const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
const documents: Readonly<Record<string, string>> = {
  'docs/reference/openapi.json': `${JSON.stringify(await describeApi(version), null, 2)}\n`,
  'docs/reference/errors.md': renderErrorReference(),
  'docs/reference/config.md': renderConfigReference(),
  'docs/reference/prices.md': renderPriceReference(),
  'docs/reference/metrics.md': renderMetricsReference(),
  '.env.example': renderEnvironmentExample(),
};

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [name, text] of Object.entries(documents)) {
  const file = path.join(ROOT, name);
  const current = await readFile(file, 'utf8').catch(() => null);
  if (current === text) continue;
  stale += 1;
  if (isCheck) {
    console.error(`${name} is ${current === null ? 'missing' : 'stale'}; run npm run docs:generate`);
  } else {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    console.log(`${name} written`);
  }
}
if (isCheck && stale > 0) process.exitCode = 1;
