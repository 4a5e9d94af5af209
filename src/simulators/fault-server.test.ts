import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { createFaultBoard } from './fault-board.ts';
import { FaultControl } from './fault-control.ts';
import { startFaultServer } from './fault-server.ts';
import type { LoopbackServer } from './loopback-server.ts';

const control = new FaultControl<string>({ refuse: 'Nothing answers.' });
let server: LoopbackServer;

before(async () => {
  server = await startFaultServer({ board: createFaultBoard(new Map([['elevenlabs', control]])), port: 0 });
});
after(() => server.close());

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };
type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** fetch would not send a Host or an Origin of the test's choice. */
async function send(target: string, { method = 'GET', headers = {}, body = '' }: Sent = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request(
    new URL(target, server.url),
    { method, headers: { ...headers, 'content-length': body.length } },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
      );
    },
  )
    .on('error', reject)
    .end(body);
  return promise;
}

test('a fault is listed, set and cleared', async () => {
  const scenarios = [{ scenario: 'refuse', shows: 'Nothing answers.' }];
  const asIs = { status: 200, body: { vendors: [{ vendor: 'elevenlabs', active: null, scenarios }] } };
  assert.deepEqual(await send('/admin/faults'), asIs);
  const body = '{"vendor":"elevenlabs","scenario":"refuse","times":2}';
  const set = await send('/admin/faults', { method: 'POST', body });
  const active = { scenario: 'refuse', remaining: 2 };
  assert.deepEqual(set, { status: 200, body: { vendors: [{ vendor: 'elevenlabs', active, scenarios }] } });
  assert.deepEqual(control.active(), active);
  assert.deepEqual(await send('/admin/faults?vendor=elevenlabs', { method: 'DELETE' }), asIs);
  control.set('refuse');
  assert.deepEqual(await send('/admin/faults', { method: 'DELETE' }), asIs);
  assert.equal(control.active(), undefined);
});

test('what is wrong is said with a code, and switches nothing', async () => {
  const post = (body: string): Sent => ({ method: 'POST', body });
  const cases: readonly (readonly [string, Sent, number, string])[] = [
    ['/', {}, 404, 'not_found'],
    ['/admin/faults', { method: 'PUT' }, 405, 'method_not_allowed'],
    ['/admin/faults', post('nonsense'), 422, 'wrong_type'],
    ['/admin/faults', post('null'), 422, 'wrong_type'],
    ['/admin/faults', post('{"vendor":"elevenlabs","scenario":"refuse","times":"2"}'), 422, 'wrong_type'],
    ['/admin/faults', post('{"vendor":"elevenlabs","scenario":"refuse","times":0}'), 422, 'invalid_value'],
    ['/admin/faults', post('{"vendor":"elevenlabs","scenario":"melt"}'), 422, 'unknown_fault'],
    ['/admin/faults?vendor=nobody', { method: 'DELETE' }, 422, 'unknown_fault'],
    ['/admin/faults', post('x'.repeat(1_000_001)), 413, 'body_too_large'],
  ];
  for (const [target, sent, status, code] of cases) {
    const answer = await send(target, sent);
    assert.deepEqual([answer.status, answer.body['status'], answer.body['code']], [status, status, code], sent.body);
    assert.equal(typeof answer.body['message'], 'string');
  }
  assert.equal(control.active(), undefined);
});

test('a page of another site is refused, whichever way it comes', async () => {
  const { host } = new URL(server.url);
  const body = '{"vendor":"elevenlabs","scenario":"refuse"}';
  const foreign: readonly Record<string, string>[] = [
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host, origin: 'https://evil.example' },
    { host, origin: 'http://localhost:3000' },
    { host, origin: 'null' },
  ];
  for (const headers of foreign) {
    const { status, body: answer } = await send('/admin/faults', { method: 'POST', headers, body });
    assert.deepEqual([status, answer['code']], [403, 'forbidden'], JSON.stringify(headers));
  }
  assert.equal(control.active(), undefined);
  for (const name of ['localhost:1', '127.0.0.1', '[::1]:8770']) {
    const own = { host: name, origin: `http://${name}` };
    assert.equal((await send('/admin/faults', { headers: own })).status, 200);
  }
});
