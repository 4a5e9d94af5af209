import { parseCron } from '../core/cron-schedule.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import { isWebhookSecret } from '../jobs/webhooks/sign-webhook.ts';

/** What a parser says when the text breaks its rule. The rule itself is `Variable.rule`. */
export const BROKEN_RULE = Symbol('broken rule');

export type Section = 'core' | 'script' | 'speech' | 'video' | 'storage' | 'limits' | 'cache' | 'access';

/** One environment variable: how it is read, what it means, and what a mistake in it is told. */
export type Variable<Value> = {
  readonly name: string;
  readonly section: Section;
  readonly description: string;
  /** The condition a value must meet, in words that follow "must be". */
  readonly rule: string;
  /** As it would be written in a `.env` file; null when the variable has no value unless it is set. */
  readonly defaultText: string | null;
  /** A secret is never printed, not even in an error message. */
  readonly secret: boolean;
  /** False for a variable that is read and checked, but that nothing obeys in this version. */
  readonly takesEffect: boolean;
  parse(text: string): Value | typeof BROKEN_RULE;
};

/** What every kind of variable is described with. `takesEffect` is true unless said otherwise. */
export type Description<Default> = {
  readonly section: Section;
  readonly description: string;
  readonly default: Default;
  readonly takesEffect?: boolean;
};

function build<Value>(
  name: string,
  described: Description<unknown>,
  specifics: Pick<Variable<Value>, 'rule' | 'defaultText' | 'parse'> & { readonly secret?: boolean },
): Variable<Value> {
  return {
    name,
    section: described.section,
    description: described.description,
    takesEffect: described.takesEffect ?? true,
    secret: specifics.secret ?? false,
    rule: specifics.rule,
    defaultText: specifics.defaultText,
    parse: specifics.parse,
  };
}

const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** True/False in any case, or 1/0. */
export function flag<Default extends boolean | null>(
  name: string,
  described: Description<Default>,
): Variable<boolean | (Default extends null ? null : never)> {
  return build(name, described, {
    rule: 'True or False (also true, false, 1, 0)',
    defaultText: described.default === null ? null : described.default ? 'True' : 'False',
    parse: (text) => FLAG_WORDS.get(text.toLowerCase()) ?? BROKEN_RULE,
  });
}

/** A whole number inside the range, both ends included. */
export function integer(
  name: string,
  described: Description<number> & { readonly minimum: number; readonly maximum: number },
): Variable<number> {
  const { minimum, maximum } = described;
  return build(name, described, {
    rule: `a whole number from ${minimum} to ${maximum}`,
    defaultText: String(described.default),
    parse: (text) => withinRange(/^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN, minimum, maximum),
  });
}

/** A decimal number inside the range, both ends included. */
export function decimal<Default extends number | null>(
  name: string,
  described: Description<Default> & { readonly minimum: number; readonly maximum: number },
): Variable<number | (Default extends null ? null : never)> {
  const { minimum, maximum } = described;
  return build(name, described, {
    rule: `a number from ${minimum} to ${maximum}`,
    defaultText: described.default === null ? null : String(described.default),
    parse: (text) => withinRange(/^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN, minimum, maximum),
  });
}

function withinRange(value: number, minimum: number, maximum: number): number | typeof BROKEN_RULE {
  return value >= minimum && value <= maximum ? value : BROKEN_RULE;
}

export function oneOf<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  described: Description<NoInfer<Choice>>,
): Variable<Choice> {
  return build(name, described, {
    rule: `one of ${choices.join(', ')}`,
    defaultText: described.default,
    parse: (text) => choices.find((choice) => choice === text) ?? BROKEN_RULE,
  });
}

/** One line of text without control characters, at most 1,000 characters. */
export function text(name: string, described: Description<string>): Variable<string> {
  return build(name, described, {
    rule: 'one line of at most 1000 characters',
    defaultText: described.default,
    parse: singleLine,
  });
}

/** What S3 takes for a bucket. */
export function bucketName(name: string, described: Description<string>): Variable<string> {
  const pattern = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
  return build(name, described, {
    rule: 'a bucket name: 3 to 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends, and no IP address',
    defaultText: described.default,
    parse: (value) => (pattern.test(value) ? value : BROKEN_RULE),
  });
}

/** A region as S3 services name theirs. */
export function regionName(name: string, described: Description<string>): Variable<string> {
  return build(name, described, {
    rule: 'a region of lower-case letters, digits and hyphens, such as eu-central-1',
    defaultText: described.default,
    parse: (value) => (/^[a-z0-9][a-z0-9-]{0,39}$/.test(value) ? value : BROKEN_RULE),
  });
}

/** A key or password: at least 8 characters without spaces, masked wherever it would be printed. */
export function secret(name: string, described: Description<null>): Variable<string | null> {
  return build(name, described, {
    rule: 'at least 8 characters without spaces',
    defaultText: null,
    secret: true,
    parse: (value) => (/^[\x21-\x7e]{8,1000}$/.test(value) ? value : BROKEN_RULE),
  });
}

/** When something is done again and again, in five fields as for cron. */
export function cronExpression(name: string, described: Description<null>): Variable<string | null> {
  return build(name, described, {
    rule: 'five fields as for cron (minute, hour, day of the month, month, weekday) that name a time that comes, such as 0 3 * * *',
    defaultText: null,
    parse: (value) => (parseCron(value) === undefined ? BROKEN_RULE : value),
  });
}

/** Several secrets, comma-separated. */
export function secretList(name: string, described: Description<null>): Variable<readonly string[] | null> {
  return build(name, described, {
    rule: 'comma-separated keys of at least 8 characters without spaces',
    defaultText: null,
    secret: true,
    parse: (value) => parseList(value, (entry) => (/^[\x21-\x2b\x2d-\x7e]{8,1000}$/.test(entry) ? entry : BROKEN_RULE)),
  });
}

/** Secrets of Standard Webhooks, separated by spaces or commas. */
export function webhookSecrets(name: string, described: Description<null>): Variable<readonly string[] | null> {
  return build(name, described, {
    rule: '"whsec_" and 24 to 64 bytes in base64; several are separated by spaces or commas',
    defaultText: null,
    secret: true,
    parse(value) {
      const secrets = value.split(/[\s,]+/).filter((entry) => entry !== '');
      return secrets.length > 0 && secrets.every(isWebhookSecret) ? secrets : BROKEN_RULE;
    },
  });
}

/** An absolute URL with one of the protocols. A URL that may carry a password is a secret. */
export function url<Default extends string | null>(
  name: string,
  protocols: readonly string[],
  described: Description<Default> & { readonly mayCarryPassword?: boolean },
): Variable<string | Default> {
  return build(name, described, {
    rule: `an absolute URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    defaultText: described.default,
    secret: described.mayCarryPassword ?? false,
    parse: (value) => parseUrl(value, protocols),
  });
}

/** Comma-separated absolute URLs. */
export function urlList(
  name: string,
  protocols: readonly string[],
  described: Description<null>,
): Variable<readonly string[] | null> {
  return build(name, described, {
    rule: `comma-separated URLs that start with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    defaultText: null,
    parse: (value) => parseList(value, (entry) => parseUrl(entry, protocols)),
  });
}

/** Where GPU metrics come from: comma-separated http addresses, or `nvidia-smi` for the GPUs of this machine. */
export function metricsSources(name: string, described: Description<null>): Variable<readonly string[] | null> {
  const parse = (entry: string) => (entry === 'nvidia-smi' ? entry : parseUrl(entry, ['http:', 'https:']));
  return build(name, described, {
    rule: 'comma-separated URLs that start with http:// or https://, or nvidia-smi',
    defaultText: null,
    parse: (value) => parseList(value, parse),
  });
}

/** Calls at once, or at once and a minute, by provider: `elevenlabs=5` or `elevenlabs=5@120`. */
export function providerLimits(
  name: string,
  providers: readonly string[],
  described: Description<null>,
): Variable<Readonly<Record<string, ProviderLimit>> | null> {
  return build(name, described, {
    rule: `comma-separated limits such as elevenlabs=5 (at once) or elevenlabs=5@120 (and a minute), for ${providers.join(', ')}`,
    defaultText: null,
    parse(value) {
      const entries = parseList(value, (entry) => {
        const [, provider, concurrency, perMinute] = /^([a-z-]+)=([1-9]\d{0,5})(?:@([1-9]\d{0,5}))?$/.exec(entry) ?? [];
        if (provider === undefined || !providers.includes(provider)) return BROKEN_RULE;
        const limit = { concurrency: Number(concurrency), ...(perMinute && { perMinute: Number(perMinute) }) };
        return [provider, limit] as const;
      });
      return entries === BROKEN_RULE ? BROKEN_RULE : Object.fromEntries(entries);
    },
  });
}

function singleLine(value: string): string | typeof BROKEN_RULE {
  return /^[^\p{Cc}]{1,1000}$/u.test(value) ? value : BROKEN_RULE;
}

function parseUrl(value: string, protocols: readonly string[]): string | typeof BROKEN_RULE {
  if (!URL.canParse(value)) return BROKEN_RULE;
  const parsed = new URL(value);
  return protocols.includes(parsed.protocol) && parsed.hostname !== '' ? value.replace(/\/$/, '') : BROKEN_RULE;
}

function parseList<Entry>(
  value: string,
  parseEntry: (entry: string) => Entry | typeof BROKEN_RULE,
): readonly Entry[] | typeof BROKEN_RULE {
  const entries: Entry[] = [];
  for (const part of value.split(',')) {
    const entry = parseEntry(part.trim());
    if (entry === BROKEN_RULE) return BROKEN_RULE;
    entries.push(entry);
  }
  return entries;
}
