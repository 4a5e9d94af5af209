import type { ReceivedBody } from './s3-body.ts';

export type S3Request = {
  readonly method: string;
  /** As it came, percent escapes included. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReceivedBody;
};

export type S3Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** An XML document, as S3 writes it: what is in `content` is markup already. */
export function xmlAnswer(root: string, content: string): S3Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return { status, headers, body: '' };
}

/** The error of S3; `vendorCode` is what a client goes by, and `facts` are what S3 tells beside it. */
export function s3Error(
  status: number,
  vendorCode: string,
  message: string,
  facts: Readonly<Record<string, string>> = {},
): S3Answer {
  const told = Object.entries({ ['Code']: vendorCode, Message: message, ...facts });
  const content = told.map(([name, text]) => element(name, text)).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content}</Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/** `<name>text</name>`, escaped. */
export function element(name: string, text: string | number | boolean): string {
  const escaped = String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return `<${name}>${escaped}</${name}>`;
}

/** The text of each `<name>` in a document, unescaped; a nested one has its markup. */
export function elementsIn(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, content = '']) =>
    content.includes('<') ? content : unescaped(content),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#34': '"',
  '#39': "'",
};

function unescaped(text: string): string {
  return text.replaceAll(/&([a-z]+|#\d+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
