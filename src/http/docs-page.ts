import { ERROR_TABLE } from './error-table.ts';

/** The parts of the OpenAPI document that the page shows. */
export type OpenapiDocument = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

type Operation = {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
};

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly title?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
};

/** Escaped text; the only thing that may be put into the page. */
type Html = { readonly html: string };

/** A readable page of the API: one HTML document without scripts, styled by `/assets/docs.css`. */
export function renderDocsPage(document: OpenapiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map((tag) => ({
    tag,
    operations: operations.filter(({ operation }) => operation.tags?.includes(tag.name)),
  }));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API of ${document.info.title}</title>
        <link rel="icon" href="/favicon.ico" />
        <link rel="stylesheet" href="/assets/docs.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <nav aria-label="Contents">
          <a class="home" href="/">AI Video Engineer</a>
          ${groups.map(
            ({ tag, operations: listed }) =>
              html`<p>${tag.name}</p>
                <ul>
                  ${listed.map(
                    ({ path, method }) =>
                      html`<li>
                        <a href="#${anchor(method, path)}"><span class="method ${method}">${method}</span> ${path}</a>
                      </li>`,
                  )}
                </ul>`,
          )}
          <p>Reference</p>
          <ul>
            <li><a href="#schemas">Schemas</a></li>
            <li><a href="#errors">Errors</a></li>
            <li><a href="/openapi.json">openapi.json</a></li>
          </ul>
        </nav>
        <main id="content">
          <header>
            <h1>API</h1>
            <p class="lead">${inline(document.info.description)}</p>
            <p class="version">Version ${document.info.version}, OpenAPI 3.1</p>
          </header>
          ${groups.map(
            ({ tag, operations: listed }) =>
              html`<section>
                <h2>${tag.name}</h2>
                <p>${tag.description}</p>
                ${listed.map(renderOperation)}
              </section>`,
          )}
          <section id="schemas">
            <h2>Schemas</h2>
            ${Object.entries(document.components.schemas).map(
              ([name, schema]) =>
                html`<article id="schema-${name}">
                  <h3><code>${name}</code></h3>
                  ${renderProperties(schema)}
                </article>`,
            )}
          </section>
          ${renderErrors()}
        </main>
      </body>
    </html>`.html;
}

function renderOperation(entry: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}): Html {
  const { path, method, operation } = entry;
  const answers = Object.entries(operation.responses);
  const body = operation.requestBody && Object.entries(operation.requestBody.content)[0];
  return html`<article id="${anchor(method, path)}">
    <h3><span class="method ${method}">${method}</span> <code>${path}</code></h3>
    <p><strong>${operation.summary ?? ''}.</strong> ${inline(operation.description ?? '')}</p>
    ${
      operation.parameters === undefined
        ? html``
        : html`<h4>Parameters</h4>
            <dl>
              ${operation.parameters.map(
                (parameter) =>
                  html`<dt>
                      <code>${parameter.name}</code>
                      <span>${parameter.in}${parameter.required ? ', required' : ''}</span>
                    </dt>
                    <dd>
                      ${renderType(parameter.schema)}
                      ${inline(parameter.description ?? parameter.schema.description ?? '')}
                    </dd>`,
              )}
            </dl>`
    }
    ${
      body === undefined
        ? html``
        : html`<h4>Body <span>${body[0]}</span></h4>
            <p>${renderType(body[1].schema)}</p>`
    }
    <h4>Answers</h4>
    <dl class="answers">
      ${answers
        .filter(([status]) => !isFailure(status))
        .map(
          ([status, response]) =>
            html`<dt class="good">${status}</dt>
              <dd>
                ${inline(describeResponse(status, response.description))}
                ${Object.entries(response.content ?? {}).map(
                  ([type, { schema }]) => html`<span class="media"><code>${type}</code> ${renderType(schema)}</span>`,
                )}
              </dd>`,
        )}
      <dt class="bad">Failures</dt>
      <dd>
        ${answers
          .filter(([status]) => isFailure(status))
          .map(([status, response]) => html`<abbr title="${response.description ?? ''}">${status}</abbr> `)}
        <span class="media"
          ><code>application/problem+json</code> <a class="type" href="#schema-Problem">Problem</a></span
        >
      </dd>
    </dl>
  </article>`;
}

function isFailure(status: string): boolean {
  return !/^[23]/.test(status);
}

function describeResponse(status: string, description: string | undefined): string {
  if (description !== undefined && description !== 'Default Response') return description;
  return status === '202' ? 'Accepted.' : 'Done.';
}

function renderProperties(schema: Schema): Html {
  const required = new Set(schema.required ?? []);
  return html`<dl>
    ${Object.entries(schema.properties ?? {}).map(
      ([name, property]) =>
        html`<dt><code>${name}</code> ${required.has(name) ? html`` : html`<span>optional</span>`}</dt>
          <dd>
            ${renderType(property)} ${inline(property.description ?? '')}
            ${property.properties === undefined ? html`` : renderProperties(property)}
          </dd>`,
    )}
  </dl>`;
}

function renderType(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a class="type" href="#schema-${name}">${name}</a>`;
  }
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(renderType), ' or ');
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    return joined(
      schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' ',
    );
  }
  if (schema.items !== undefined) return html`<span class="type">list of</span> ${renderType(schema.items)}`;
  const bounds =
    schema.minimum === undefined
      ? ''
      : ` ${schema.maximum === undefined ? `≥ ${schema.minimum}` : `${schema.minimum} to ${schema.maximum}`}`;
  const fallback = schema.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`;
  return html`<span class="type">${schema.format ?? schema.type ?? 'any'}${bounds}${fallback}</span>`;
}

function renderErrors(): Html {
  return html`<section id="errors">
    <h2>Errors</h2>
    <p>The <code>code</code> of a problem, or of a failed video, is one of these and never changes its meaning.</p>
    <dl class="errors">
      ${Object.entries(ERROR_TABLE).map(
        ([code, entry]) =>
          html`<dt id="${code}"><code>${code}</code> <span>${entry.status}</span></dt>
            <dd><strong>${entry.title}.</strong> ${inline(entry.meaning)}</dd>`,
      )}
    </dl>
  </section>`;
}

function anchor(method: string, path: string): string {
  return `${method}-${path.replaceAll(/[^a-z_]+/g, '-').replaceAll(/^-|-$/g, '')}`;
}

/** Text whose backticks mark code. */
function inline(text: string): Html {
  return joined(
    text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)),
    '',
  );
}

function joined(parts: readonly Html[], separator: string): Html {
  return { html: parts.map((part) => part.html).join(separator) };
}

function html(strings: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  let result = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    result +=
      typeof value === 'object'
        ? [value]
            .flat()
            .map((part) => part.html)
            .join('')
        : escape(String(value));
    result += strings[index + 1] ?? '';
  }
  return { html: result };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
