/**
 * Builds what cannot run from source: run by npm's `prepare`, so it keeps to what Node 20 knows. A step is skipped when
 * neither its sources nor its tools have changed since its last build.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage, PAGE_OUTPUTS } from '../web/build.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const assets = path.join(root, '.assets');

/**
 * @typedef {object} BuildStep
 * @property {string} name shown, and the name of the fingerprint file
 * @property {string[]} sources files or folders, relative to the root, that the output depends on
 * @property {string[]} tools npm packages whose versions the output depends on
 * @property {string[]} outputs file names in the assets folder
 * @property {() => Promise<Record<string, Uint8Array | string>>} build contents by output name
 */

/** @type {BuildStep[]} */
const steps = [
  {
    name: 'h264.wasm',
    sources: ['wasm/tsconfig.json', 'wasm/h264', 'wasm/pixels'],
    tools: ['assemblyscript'],
    outputs: ['h264.wasm'],
    build: async () => ({ 'h264.wasm': await compileAssembly(['wasm/h264/encoder.ts', 'wasm/h264/inspection.ts']) }),
  },
  {
    name: 'web',
    sources: ['web', 'src/script'],
    tools: ['esbuild', '@fontsource/fraunces', '@fontsource/inter'],
    outputs: PAGE_OUTPUTS,
    build: () => buildPage(root),
  },
];

/**
 * Compiles AssemblyScript modules whose memory the host provides: static data from 1 KiB, the rest grown on demand.
 * @param {string[]} entries
 */
async function compileAssembly(entries) {
  const { default: asc } = await import('assemblyscript/asc');
  const outFile = 'out.wasm';
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    [
      ...entries,
      '-O3',
      '--noAssert',
      '--importMemory',
      '--runtime=stub',
      '--enable=simd',
      '--memoryBase=1024',
      `--baseDir=${root}`,
      `--outFile=${outFile}`,
    ],
    {
      writeFile: (name, contents) => {
        if (name === outFile && typeof contents !== 'string') binary = contents;
      },
    },
  );
  // oxlint-disable-next-line typescript/no-base-to-string -- the memory stream of asc has a toString of its own
  if (error !== null || binary === undefined) throw new Error(`asc failed: ${error?.message ?? ''}\n${String(stderr)}`);
  return binary;
}

/** @param {BuildStep} step */
async function fingerprint(step) {
  const hash = createHash('sha256');
  hash.update(await readFile(fileURLToPath(import.meta.url)));
  for (const tool of step.tools) {
    const manifest = await readFile(path.join(root, 'node_modules', tool, 'package.json'), 'utf8');
    hash.update(`${tool}@${JSON.parse(manifest).version}\n`);
  }
  for (const file of (await Promise.all(step.sources.map(filesUnder))).flat().toSorted()) {
    hash.update(`${file}\n`);
    hash.update(await readFile(path.join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} source
 * @returns {Promise<string[]>}
 */
async function filesUnder(source) {
  const absolute = path.join(root, source);
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (entries === undefined) return [source];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** @param {BuildStep} step */
async function isCurrent(step, digest) {
  const recorded = await readFile(path.join(assets, `${step.name}.fingerprint`), 'utf8').catch(() => '');
  if (recorded !== digest) return false;
  const present = await readdir(assets, { recursive: true });
  return step.outputs.every((output) => present.includes(path.normalize(output)));
}

/** Written whole or not at all: others may be reading, or building the same. */
async function writeAsset(name, contents) {
  const target = path.join(assets, name);
  const temporary = `${target}.${process.pid}.tmp`;
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(temporary, contents);
  await rename(temporary, target);
}

await mkdir(assets, { recursive: true });
for (const step of steps) {
  const digest = await fingerprint(step);
  if (await isCurrent(step, digest)) continue;
  const startedMs = performance.now();
  const outputs = await step.build();
  for (const name of step.outputs) await writeAsset(name, outputs[name]);
  await writeAsset(`${step.name}.fingerprint`, digest);
  const bytes = step.outputs.reduce((sum, name) => sum + outputs[name].length, 0);
  console.log(`built ${step.name}: ${bytes} bytes in ${Math.round(performance.now() - startedMs)} ms`);
}
