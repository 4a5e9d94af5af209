import { ConfigError, loadConfig } from '../config/load.ts';
import type { VendorFinding } from '../app/vendor-checks/vendor-check.ts';
import { EXIT } from './exit-codes.ts';
import { readOptions } from './read-options.ts';

const USAGE = 'Usage: npm run verify-keys -- [--json]\n';

const OPTIONS = { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;

/** Vendors answer such requests within a second. */
const DEADLINE_MILLISECONDS = 10_000;

const WORDS: Readonly<Record<VendorFinding['state'], string>> = {
  ok: 'ok',
  wrong: 'wrong',
  unreachable: 'not reachable',
  not_configured: 'not configured',
};

/** `npm run verify-keys`: asks each configured vendor, for nothing, whether its key is good. Fails unless all are. */
export async function run(arguments_: readonly string[]): Promise<number> {
  const read = readOptions(arguments_, { options: OPTIONS, usage: USAGE });
  if ('exitCode' in read) return read.exitCode;
  const options = read.values;
  let config;
  try {
    ({ config } = loadConfig());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (options.json) process.stdout.write(`${JSON.stringify({ status: 'refused', errors: error.lines })}\n`);
    else process.stderr.write(`${error.lines.join('\n')}\n`);
    return EXIT.badInput;
  }
  const { mockMode } = config;
  // Loaded only now, so that a mistake in the configuration is told at once.
  const { verifyKeys } = await import('../app/verify-keys.ts');
  const vendors = await verifyKeys(config, { deadlineMilliseconds: DEADLINE_MILLISECONDS });
  const isGood = vendors.every(({ state }) => state === 'ok' || state === 'not_configured');
  if (options.json) {
    const status = isGood ? 'ok' : 'failed';
    process.stdout.write(`${JSON.stringify({ status, mock_mode: mockMode, vendors })}\n`);
  } else {
    if (mockMode)
      process.stdout.write('MOCK_MODE is True: no key is needed, and none is used. Those that are set were checked.\n');
    process.stdout.write(process.stdout.isTTY ? renderTable(vendors) : renderLines(vendors));
  }
  return isGood ? EXIT.success : EXIT.failed;
}

function renderTable(vendors: readonly VendorFinding[]): string {
  const widthOf = (words: readonly string[]): number => Math.max(...words.map((word) => word.length));
  const vendorWidth = widthOf(vendors.map(({ vendor }) => vendor));
  const stateWidth = widthOf(Object.values(WORDS));
  const rows = vendors.flatMap(({ vendor, state, detail, notes }) => [
    `  ${vendor.padEnd(vendorWidth)}  ${WORDS[state].padEnd(stateWidth)}  ${detail}`,
    ...notes.map((note) => `  ${' '.repeat(vendorWidth)}  ${' '.repeat(stateWidth)}  ${note}`),
  ]);
  return `\n${rows.join('\n')}\n\n`;
}

function renderLines(vendors: readonly VendorFinding[]): string {
  return vendors
    .map(({ vendor, state, detail, notes }) => `${vendor}: ${WORDS[state]}: ${[detail, ...notes].join(' ')}\n`)
    .join('');
}
