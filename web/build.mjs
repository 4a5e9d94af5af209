import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Entry points and fonts of the page; every output has a fixed name and is served with an entity tag. */
const ENTRIES = ['web/app.ts', 'web/app.css', 'web/docs.css'];
const COPIED = ['index.html', 'icon.svg', 'presenter1.webp'];
const FONTS = [
  'fraunces-latin-500-normal.woff2',
  'fraunces-latin-500-italic.woff2',
  'inter-latin-400-normal.woff2',
  'inter-latin-500-normal.woff2',
  'inter-latin-600-normal.woff2',
];

/** What `buildPage` returns, by path below the assets folder. */
export const PAGE_OUTPUTS = ['app.js', 'app.css', 'docs.css', ...FONTS, ...COPIED].map((name) => `web/${name}`);

/** The page's bundle. Language detection stays on the server: its word lists are most of a megabyte. */
const serverOnlyPackages = {
  name: 'server-only-packages',
  setup(build) {
    build.onResolve({ filter: /^tinyld$/ }, () => ({ path: 'tinyld', external: true, sideEffects: false }));
  },
};

/**
 * @param {string} root the repository
 * @returns {Promise<Record<string, Uint8Array>>} contents by path below the assets folder
 */
export async function buildPage(root) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: '.assets/web',
    assetNames: '[name]',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['chrome111', 'firefox113', 'safari16.2'],
    loader: { '.woff2': 'file' },
    plugins: [serverOnlyPackages],
    logLevel: 'error',
  });
  const outputs = outputFiles.map(({ path: file, contents }) => [`web/${path.basename(file)}`, contents]);
  const copies = COPIED.map(async (name) => [`web/${name}`, await readFile(path.join(root, 'web', name))]);
  return Object.fromEntries([...outputs, ...(await Promise.all(copies))]);
}
