import { parseArgs } from 'node:util';
import { OBJECT_CLASSES, type DaysKept, type ObjectClass } from '../pipeline/clean-up/object-classes.ts';

export const CLEANUP_USAGE = `Usage: npm run cleanup -- [--audio --days 7] [--videos --days 30] [--dry-run] [--json]
Deletes files that are older than so many days and that no video is being made of. --days belongs to the --audio (speech) or
--videos (videos, posters, captions) before it. --dry-run deletes nothing and says what would go.
`;

export type CleanUpArguments = { readonly days: DaysKept; readonly isDryRun: boolean; readonly isJson: boolean };

const OPTIONS = {
  audio: { type: 'boolean' },
  videos: { type: 'boolean' },
  days: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** A string is what is wrong with the arguments, in one line; `help` when that was asked for. */
export function parseCleanUpArguments(
  arguments_: readonly string[],
): CleanUpArguments | 'help' | { readonly mistake: string } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...arguments_], options: OPTIONS, tokens: true });
  } catch (error) {
    return { mistake: (error as Error).message };
  }
  const { values, tokens } = parsed;
  if (values.help) return 'help';
  const days: Partial<Record<ObjectClass, number>> = {};
  let named: ObjectClass | undefined;
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const name = OBJECT_CLASSES.find((objectClass) => objectClass === token.name);
    if (name !== undefined) {
      if (named !== undefined) return { mistake: mustFollow(named) };
      if (days[name] !== undefined) return { mistake: `--${name} must be named once.` };
      named = name;
    } else if (token.name === 'days') {
      if (named === undefined) return { mistake: '--days must follow --audio or --videos, one for each.' };
      const count = /^\d{1,5}$/.test(token.value ?? '') ? Number(token.value) : 0;
      if (count < 1)
        return { mistake: `--days must be a whole number from 1 to 99999; got ${JSON.stringify(token.value)}.` };
      days[named] = count;
      named = undefined;
    }
  }
  if (named !== undefined) return { mistake: mustFollow(named) };
  if (Object.keys(days).length === 0) return { mistake: 'Name what is to be cleaned up: --audio, --videos or both.' };
  return { days, isDryRun: values['dry-run'], isJson: values.json };
}

function mustFollow(name: ObjectClass): string {
  return `--${name} must be followed by --days and a whole number, such as --${name} --days 30.`;
}
