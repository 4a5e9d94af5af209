import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { EXIT } from './exit-codes.ts';

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options }>
>['values'];

/**
 * The options of a command, of which `help` has to be one; or the code to exit with, when the usage was asked for, or an option
 * has a mistake, which has been printed.
 */
export function readOptions<const Options extends ParseArgsOptionsConfig & { readonly help: object }>(
  arguments_: readonly string[],
  command: { readonly options: Options; readonly usage: string; readonly allowNegative?: boolean },
): { readonly values: Values<Options> } | { readonly exitCode: number } {
  const { options, usage, allowNegative = false } = command;
  let values: Values<Options>;
  try {
    ({ values } = parseArgs({ args: [...arguments_], options, allowNegative }));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return { exitCode: EXIT.badInput };
  }
  if ((values as { readonly help?: boolean }).help !== true) return { values };
  process.stdout.write(usage);
  return { exitCode: EXIT.success };
}
