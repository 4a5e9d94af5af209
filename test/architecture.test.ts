import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');

/** Who may import whom: the table of ARCHITECTURE.md. A module may always import itself. */
const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  media: ['core'],
  net: ['core'],
  sql: ['core'],
  jobs: ['core', 'sql'],
  script: ['core', 'net', 'media'],
  storage: ['core', 'net', 'media'],
  gpu: ['core', 'net', 'media'],
  tts: ['core', 'sql', 'net', 'media', 'gpu'],
  engine: ['core', 'media'],
  video: ['core', 'media', 'net', 'engine'],
  pipeline: ['core', 'media', 'jobs', 'script', 'storage', 'tts', 'video'],
  http: ['core', 'jobs', 'storage', 'pipeline', 'tts', 'gpu'],
  config: ['core', 'media', 'net', 'jobs', 'script', 'storage', 'tts', 'gpu', 'engine', 'video', 'pipeline', 'http'],
  cli: ['core', 'config', 'jobs', 'pipeline', 'app', 'app.ts'],
  simulators: ['core', 'media'],
};

/** The composition root, which puts everything together: app.ts, main.js and the folder app/. */
const COMPOSITION_ROOT = 'app';

/** Only the composition root may know which adapter stands behind a port. */
const ADAPTER_FOLDER = /\/(providers|stores|enhancers|dispatchers|drivers)\//;

/** The studio runs these in the browser. */
const BROWSER_FOLDERS = ['engine/scene', 'engine/lip-sync'];

const FORBIDDEN_NAMES = /^(utils?|misc|helpers?|common|types|index)\.(ts|mjs)$/;
const LONGEST_FILE_LINES = 400;

type SourceFile = { readonly path: string; readonly text: string; readonly imports: readonly string[] };

function readSourceFiles(): readonly SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path))
    .map((path) => {
      const text = readFileSync(join(SOURCE, path), 'utf8');
      return { path: path.replaceAll('\\', '/'), text, imports: importsOf(text) };
    });
}

function importsOf(text: string): readonly string[] {
  const statements = text.matchAll(/^\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/gm);
  const sideEffects = text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements, ...sideEffects, ...dynamic].map((match) => match[1] ?? '');
}

/** The path below src that a relative import points to, or undefined for packages and Node's own modules. */
function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(SOURCE, join(SOURCE, dirname(file.path), specifier)).replaceAll('\\', '/');
}

function violationsOf(file: SourceFile): readonly string[] {
  const violations: string[] = [];
  const isTest = file.path.endsWith('.test.ts');
  const [module = ''] = file.path.split('/');
  const isRoot = !file.path.includes('/') || module === COMPOSITION_ROOT;
  const lines = file.text.split('\n').length;
  const name = file.path.split('/').at(-1) ?? '';
  if (lines > LONGEST_FILE_LINES) violations.push(`has ${lines} lines; the most is ${LONGEST_FILE_LINES}`);
  if (FORBIDDEN_NAMES.test(name)) violations.push('has a name that says nothing');
  if (/\bprocess\.env\b/.test(file.text) && module !== 'config' && !isRoot && !isTest)
    violations.push('reads process.env');
  if (!isRoot && ALLOWED_IMPORTS[module] === undefined) violations.push(`is in the unknown module ${module}`);
  for (const specifier of file.imports) {
    const isBrowserFile = BROWSER_FOLDERS.some((folder) => file.path.startsWith(`${folder}/`)) && !isTest;
    const target = targetOf(file, specifier);
    if (target === undefined) {
      if (isBrowserFile) violations.push(`runs in the browser and must not import ${specifier}`);
      continue;
    }
    if (isRoot || isTest) continue;
    const [targetModule = ''] = target.split('/');
    const isOwn = targetModule === module;
    if (!isOwn && !ALLOWED_IMPORTS[module]?.includes(targetModule)) violations.push(`must not import ${target}`);
    if (isBrowserFile && target.startsWith('engine/render/')) violations.push(`must not import ${target}`);
    const adapter = ADAPTER_FOLDER.exec(`/${target}`);
    const importsAdapter = adapter !== null && !file.path.includes(`${adapter[1]}/`);
    if (importsAdapter) violations.push(`must not import the adapter ${target}; only the composition root may`);
    const adaptersOfOneFolder = adapter !== null && file.path.includes(`${adapter[1]}/`) && isOwn;
    if (adaptersOfOneFolder && !sharesAdapter(file.path, target))
      violations.push(`must not import another adapter, ${target}`);
  }
  return violations.map((violation) => `src/${file.path} ${violation}`);
}

/** providers/offline.ts and providers/offline/* are one adapter. */
function sharesAdapter(path: string, target: string): boolean {
  const adapterName = (file: string): string | undefined =>
    /(?:providers|stores|enhancers|dispatchers|drivers)\/([^/.]+)/.exec(file)?.[1];
  return adapterName(path)?.split('-')[0] === adapterName(target)?.split('-')[0];
}

test('every source file keeps the import table and the house rules', () => {
  const files = readSourceFiles();
  assert.ok(files.length > 50, `The walk over src found only ${files.length} files: it does not see the code.`);
  const importCount = files.reduce((sum, file) => sum + file.imports.length, 0);
  assert.ok(importCount > files.length, `Only ${importCount} imports were found: the pattern does not see them.`);
  assert.deepEqual(files.flatMap(violationsOf), []);
});

test('the check sees planted violations', () => {
  const plant = (path: string, text: string): readonly string[] =>
    violationsOf({ path, text, imports: importsOf(text) });
  assert.equal(plant('core/a.ts', "import { b } from '../jobs/job.ts';").length, 1);
  assert.equal(plant('pipeline/a.ts', "import type { b } from '../tts/providers/offline.ts';").length, 1);
  assert.equal(plant('tts/providers/a.ts', "import { b } from './offline.ts';").length, 1);
  assert.equal(plant('tts/providers/offline.ts', "import { b } from './offline/flite-voice.ts';").length, 0);
  assert.equal(plant('engine/scene/a.ts', "import { readFile } from 'node:fs';").length, 1);
  assert.equal(plant('engine/scene/a.ts', "const x = await import('@napi-rs/canvas');").length, 1);
  assert.equal(plant('http/a.ts', 'const port = process.env.PORT;').length, 1);
  assert.equal(plant('media/utils.ts', '').length, 1);
  assert.equal(plant('plugins/a.ts', '').length, 1);
  assert.equal(plant('app/a.ts', "import { b } from '../tts/providers/offline.ts';").length, 0);
  assert.equal(plant('tts/a.ts', "import { b } from '../app/speech.ts';").length, 1);
  assert.equal(plant('media/a.ts', '\n'.repeat(400)).length, 1);
});
