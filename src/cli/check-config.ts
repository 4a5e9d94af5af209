import { ConfigError, describeConfig, loadConfig } from '../config/load.ts';
import { EXIT } from './exit-codes.ts';

/** `check-config`: prints the resolved configuration with secrets masked, or one line per mistake. */
export async function run(): Promise<number> {
  try {
    const loaded = loadConfig();
    const rows = describeConfig(loaded);
    const nameWidth = Math.max(...rows.map(({ name }) => name.length));
    const valueWidth = Math.max(...rows.map(({ value }) => value.length));
    for (const { name, value, source } of rows) {
      process.stdout.write(`${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}\n`);
    }
    for (const warning of loaded.warnings) process.stderr.write(`${warning}\n`);
    return EXIT.success;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.lines.join('\n')}\n`);
    return EXIT.badInput;
  }
}
