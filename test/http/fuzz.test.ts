import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import { Value } from 'typebox/value';
import { GenerateVideoRequestSchema } from '../../src/http/contract.ts';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

let server: TestServer;
before(async (context) => {
  server = await startTestServer(context as never);
});

/** Any JSON, also text that is not well-formed. */
const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const anyText = fc.string({ unit: 'binary', maxLength: 200 });

/** Bodies near the contract: right names, often right values, sometimes anything. */
const nearlyValidBody = fc.record(
  {
    script: fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
      { weight: 2, arbitrary: anyText },
      anyJson,
    ),
    template: fc.oneof({ weight: 6, arbitrary: fc.constant('presenter1') }, anyText, anyJson),
    userId: fc.oneof({ weight: 6, arbitrary: fc.emailAddress() }, anyText, anyJson),
    title: fc.oneof(fc.string(), anyText, anyJson),
    presenter: fc.oneof({ weight: 3, arbitrary: fc.constant('amara') }, anyText, anyJson),
    aspectRatio: fc.oneof(fc.constantFrom('16:9', '9:16'), anyJson),
    language: fc.oneof(fc.constantFrom('en', 'de-AT', 'zh', 'xx', 'EN', 'i-klingon', 'a-'), anyText, anyJson),
    voice: fc.oneof(
      fc.record(
        {
          profile: fc.constantFrom('default', 'casual', 'x'),
          style: fc.constantFrom('calm', 1),
          seed: fc.oneof(fc.integer(), fc.double()),
        },
        { requiredKeys: [] },
      ),
      anyJson,
    ),
    captions: fc.oneof(
      fc.record({ burned: fc.boolean(), style: fc.constantFrom('highlight', 'pop') }, { requiredKeys: [] }),
      anyJson,
    ),
    enhance: fc.oneof(fc.boolean(), anyJson),
    videoProvider: fc.oneof(fc.constantFrom('engine', 'heygen'), anyJson),
    runAt: fc.oneof(fc.constantFrom('2027-03-01T09:00:00Z', '2027-03-01'), anyText, anyJson),
    priority: fc.oneof(fc.integer({ min: -12, max: 12 }), anyJson),
  },
  { requiredKeys: [] },
);

/** A good body with at most one field replaced. */
const bodyWithOneChange = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), nearlyValidBody, fc.nat(13))
  .map(([script, changes, pick]) => {
    const [name, value] = Object.entries(changes)[pick] ?? ['title', 'A title'];
    return { script, template: 'presenter1', userId: 'user@example.com', language: 'en', [name]: value };
  });

const body = fc.oneof(
  { weight: 4, arbitrary: bodyWithOneChange.map((value) => JSON.stringify(value)) },
  { weight: 5, arbitrary: nearlyValidBody.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(nearlyValidBody, fc.dictionary(anyText, anyJson, { maxKeys: 3 }))
      .map(([a, b]) => JSON.stringify({ ...b, ...a })),
  },
  { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: anyText.map((value) => value.toWellFormed()) },
);

test('no body makes the server fail, leave its contract, or accept what the contract forbids', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      // `postVideo` fails when the answer is not in the OpenAPI document.
      const response = await server.postVideo(text);
      assert.ok(response.status < 500, `${response.status} for ${text}`);
      const answer = (await response.json()) as { video_id: string; errors?: readonly { pointer: string }[] };
      if (response.status === 202) {
        accepted += 1;
        const sent: unknown = JSON.parse(text);
        assert.ok(Value.Check(GenerateVideoRequestSchema, sent), `accepted off-schema: ${text}`);
        const status = await server.request(`/video-status/${answer.video_id}`);
        assert.equal(status.status, 200);
      } else if (response.status === 422) {
        assert.ok((answer.errors?.length ?? 0) > 0, 'a refused field is named');
        for (const { pointer } of answer.errors ?? []) assert.match(pointer, /^(\/([^~/]|~[01])*)*$/);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(accepted > 0, 'some bodies must be good enough to be accepted');
});

test('no query and no path makes the server fail or leave its contract', async () => {
  const id = fc.oneof(
    anyText.map((text) => encodeURIComponent(text.toWellFormed())),
    fc.webPath(),
  );
  const query = fc.webQueryParameters();
  await fc.assert(
    fc.asyncProperty(id, query, async (name, parameters) => {
      const addresses = [
        `/video-status/${name}`,
        `/videos/${name}.mp4?${parameters}`,
        `/jobs?${parameters}`,
        `/jobs/${name}/events`,
        `/speech/${name}.wav?${parameters}`,
        `/tts/analytics?${parameters}`,
        `/admin/audit?${parameters}`,
      ];
      for (const address of addresses) {
        const response = await server.request(address);
        assert.ok(response.status < 500, `${response.status} for ${address}`);
        await response.arrayBuffer();
      }
    }),
    { numRuns: 100 },
  );
});

/** An order that is good, and fields that are near the contract. */
const ORDERS: Readonly<
  Record<string, { readonly good: object; readonly fields: Record<string, fc.Arbitrary<unknown>> }>
> = {
  '/test/tts': {
    good: { text: 'Hello.', language: 'en' },
    fields: {
      text: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), anyText, anyJson),
      provider: fc.oneof(fc.constantFrom('vibevoice', 'elevenlabs', 'nobody'), anyJson),
      language: fc.oneof(fc.constantFrom('en', 'de-AT', 'xx'), anyText, anyJson),
      userId: fc.oneof(fc.emailAddress(), anyText, anyJson),
      voice: fc.oneof(fc.record({ style: fc.constantFrom('calm', 'x'), seed: fc.integer() }), anyJson),
    },
  },
  '/admin/canary': {
    good: { percent: 10 },
    fields: {
      percent: fc.oneof(fc.integer({ min: -5, max: 105 }), fc.double(), anyJson),
      expectedRevision: fc.oneof(fc.nat(20), anyJson),
      rollBack: fc.oneof(fc.record({ stepMinutes: fc.integer() }), anyJson),
      why: fc.oneof(fc.string(), anyText, anyJson),
    },
  },
  '/admin/faults': {
    good: { vendor: 'vibevoice', scenario: 'refuse' },
    fields: {
      vendor: fc.oneof(fc.constantFrom('vibevoice', 'elevenlabs', '__proto__'), anyText, anyJson),
      scenario: fc.oneof(fc.constantFrom('refuse', 'silence', 'constructor'), anyText, anyJson),
      times: fc.oneof(fc.integer(), fc.double(), anyJson),
    },
  },
};

for (const [address, { good, fields }] of Object.entries(ORDERS)) {
  test(`no body makes ${address} fail or leave its contract`, async (context) => {
    // A voice that is not there answers at once, so that a text which is accepted costs no time.
    const withoutVoice = {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts',
      VIBEVOICE_MAX_RETRIES: '0',
    };
    const at = address === '/test/tts' ? await startTestServer(context, { environment: withoutVoice }) : server;
    const nearlyGood = fc
      .constantFrom(...Object.keys(fields))
      .chain((name) => fields[name]!.map((value): object => ({ ...good, [name]: value })));
    const order = fc.oneof(nearlyGood, fc.record(fields, { requiredKeys: [] }));
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(order, async (sent) => {
        // `request` fails when the answer is not in the OpenAPI document.
        const response = await at.request(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sent),
        });
        assert.ok(response.status < 500 || response.status === 503, `${response.status} for ${JSON.stringify(sent)}`);
        await response.arrayBuffer();
        statuses.add(response.status);
      }),
      { numRuns: 200, examples: [[good], [{}]] },
    );
    assert.ok(statuses.has(422) && statuses.size > 1, `the good order must be taken: ${[...statuses].join()}`);
  });
}
