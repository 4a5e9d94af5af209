import type { FastifyBodyParser, FastifyRequest } from 'fastify';
import { HttpError } from './problem.ts';

/** 3,000 characters of the longest scripts in use, escaped, with room; a larger body is never read to its end. */
export const BODY_LIMIT_BYTES = 65_536;

/**
 * A parser of JSON bodies that refuses what JSON.parse would let through: bytes that are not UTF-8 (they would become
 * replacement characters in a script) and keys that poison prototypes. `parseText` is Fastify's own parser.
 */
export function createJsonParser(parseText: FastifyBodyParser<string>): FastifyBodyParser<Buffer> {
  return (request, body, done) => {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch {
      done(new HttpError('invalid_json', 'The body must be UTF-8; it holds bytes that are not.'), undefined);
      return;
    }
    parseWith(parseText, request, text, done);
  };
}

function parseWith(
  parseText: FastifyBodyParser<string>,
  request: FastifyRequest,
  text: string,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const finish = (error: Error | null, body?: unknown): void => {
    if (error === null) done(null, body);
    else done(new HttpError('invalid_json', `The body must be a JSON object: ${describe(text)}.`));
  };
  void parseText(request, text, finish);
}

function describe(text: string): string {
  if (text.trim() === '') return 'it is empty';
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    if (position !== undefined) return `it is not JSON at character ${position}`;
    return /end of JSON/.test((error as Error).message) ? 'it ends too early' : 'it is not JSON';
  }
  // JSON.parse takes it, and Fastify's parser did not.
  return 'the keys "__proto__" and "constructor.prototype" are refused';
}
