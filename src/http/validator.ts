import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { InvalidRequestError } from '../pipeline/invalid-request.ts';
import type { RequestIssue } from '../pipeline/invalid-request.ts';

/** A part of a request that a schema describes. */
export type RequestPart = 'body' | 'querystring' | 'params' | 'headers';

/** A validation error as TypeBox reports it. */
type SchemaError = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
};

/** Fields of the API that this version cannot honour yet. They are refused by name, never ignored. */
const FIELDS_OF_LATER_VERSIONS: ReadonlySet<string> = new Set(['aspectRatios']);

const LONGEST_VALUE_SHOWN = 80;

/** A body of thousands of unknown fields is not answered with thousands of lines. */
const MOST_ISSUES_SHOWN = 20;

/**
 * A check of one part of a request. Nothing is converted, filled in or removed, except that whole numbers in a query
 * string become numbers. The returned function gives the value back or an InvalidRequestError with the broken rules.
 */
export function compileValidator(
  schema: TSchema,
  part: RequestPart,
): (data: unknown) => { value: unknown } | { error: InvalidRequestError } {
  const validator = Compile(schema);
  return (data) => {
    const value = part === 'querystring' ? readWholeNumbers(schema, data) : data;
    if (validator.Check(value)) return { value };
    // TypeBox stops after a few errors and counts each unknown field twice; apart from them it has room for the rest.
    const unknown: RequestIssue[] = [];
    const known = withoutUnknownFields(schema, value, '', unknown);
    const errors = validator.Errors(known) as readonly SchemaError[];
    const found = errors.flatMap((error) => toIssue(error, known));
    const issues = [...unknown, ...found.filter(isFirstOfItsPlace)].slice(0, MOST_ISSUES_SHOWN);
    const [first, ...others] = issues;
    return { error: new InvalidRequestError(first === undefined ? [unexplained(value)] : [first, ...others]) };
  };
}

/** A value of the wrong type breaks its other rules as well; one mistake is told once. */
function isFirstOfItsPlace({ pointer }: RequestIssue, index: number, all: readonly RequestIssue[]): boolean {
  return all.findIndex((issue) => issue.pointer === pointer) === index;
}

/** A copy of the value with the fields that the schema names; those that it does not are collected as issues. */
function withoutUnknownFields(schema: TSchema, value: unknown, pointer: string, unknown: RequestIssue[]): unknown {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, TSchema>> };
  if (properties === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const known: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (!Object.hasOwn(properties, name)) {
      if (unknown.length < MOST_ISSUES_SHOWN) unknown.push(unknownField(pointer, name, Object.keys(properties)));
      continue;
    }
    const schemaOfField = properties[name];
    if (schemaOfField !== undefined) {
      known[name] = withoutUnknownFields(schemaOfField, field, `${pointer}/${escapePointer(name)}`, unknown);
    }
  }
  return known;
}

function unexplained(value: unknown): RequestIssue {
  return { pointer: '', code: 'invalid_value', rule: 'must match the schema', value: summarise(value) };
}

function readWholeNumbers(schema: TSchema, data: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.fromEntries(
    Object.entries(data as Record<string, unknown>).map(([name, value]) => {
      const isInteger = Object.hasOwn(properties, name) && properties[name]?.type === 'integer';
      return [name, isInteger && typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value];
    }),
  );
}

function toIssue(error: SchemaError, root: unknown): readonly RequestIssue[] {
  const pointer = error.instancePath;
  const value = summarise(valueAt(root, pointer));
  switch (error.keyword) {
    case 'required': {
      const names = error.params['requiredProperties'] as readonly string[];
      return names.map((name) => ({
        pointer: `${pointer}/${escapePointer(name)}`,
        code: 'missing_field',
        rule: 'is required',
        value: null,
      }));
    }
    case 'anyOf':
      // Reported once more by the keywords inside it.
      return [];
    case 'type':
      return [{ pointer, code: 'wrong_type', rule: `must be ${typeRule(error.params['type'])}`, value }];
    case 'enum':
      return [
        invalidValue(pointer, `must be one of ${list(error.params['allowedValues'] as readonly unknown[])}`, value),
      ];
    case 'const':
      // The contract uses a constant where only one choice works so far.
      return [
        {
          pointer,
          code: 'unsupported_value',
          rule: `must be ${JSON.stringify(error.params['allowedValue'])} in this version`,
          value,
        },
      ];
    default:
      return [invalidValue(pointer, boundRule(error) ?? error.message, value)];
  }
}

function unknownField(pointer: string, name: string, known: readonly string[]): RequestIssue {
  const shown = name.length > LONGEST_VALUE_SHOWN ? `${name.slice(0, LONGEST_VALUE_SHOWN)}…` : name;
  const fieldPointer = `${pointer}/${escapePointer(shown.toWellFormed())}`;
  if (pointer === '' && FIELDS_OF_LATER_VERSIONS.has(name)) {
    return {
      pointer: fieldPointer,
      code: 'unsupported_field',
      rule: 'is not supported by this version; leave it out',
      value: shown.toWellFormed(),
    };
  }
  const rule = `is not a known field; known are ${list(known)}`;
  return { pointer: fieldPointer, code: 'unknown_field', rule, value: shown.toWellFormed() };
}

function invalidValue(pointer: string, rule: string, value: RequestIssue['value']): RequestIssue {
  return { pointer, code: 'invalid_value', rule, value };
}

function boundRule(error: SchemaError): string | undefined {
  const limit = error.params['limit'];
  if (error.keyword === 'minimum') return `must be at least ${String(limit)}`;
  if (error.keyword === 'maximum') return `must be at most ${String(limit)}`;
  return undefined;
}

const TYPE_RULES: Readonly<Record<string, string>> = {
  string: 'a string',
  object: 'an object',
  array: 'an array',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

function typeRule(type: unknown): string {
  const names = Array.isArray(type) ? (type as readonly string[]) : [String(type)];
  return names.map((name) => TYPE_RULES[name] ?? name).join(' or ');
}

function list(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value))).join(', ');
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A value short enough to send back; of a text only its length, because it may be a script. */
function summarise(value: unknown): RequestIssue['value'] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = typeof value === 'string' ? value : typeof value;
  return text.length > LONGEST_VALUE_SHOWN ? `a text of ${text.length}` : text.toWellFormed();
}
