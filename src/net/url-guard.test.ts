import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { PUBLIC_URLS, REFUSED_URLS } from '../../test/fixtures/callable-urls.ts';
import { classifyAddress } from './address-class.ts';
import { CallbackFailure, createCallbackClient } from './callback-client.ts';
import { checkCallableUrl, createGuardedLookup } from './url-guard.ts';

describe('which URLs may be called', () => {
  it(`lets ${PUBLIC_URLS.length} public ones through and refuses ${REFUSED_URLS.length} others, each with a rule`, () => {
    for (const text of PUBLIC_URLS) {
      const verdict = checkCallableUrl(text, { allowPrivate: false });
      assert.ok(verdict.url, `${text}: ${verdict.url === null ? verdict.rule : ''}`);
    }
    for (const text of REFUSED_URLS) {
      const verdict = checkCallableUrl(text, { allowPrivate: false });
      assert.equal(verdict.url, null, `${text} must be refused`);
      assert.ok(verdict.rule.length > 10 && String(verdict.value).length <= 200);
      assert.doesNotMatch(`${verdict.rule} ${verdict.value}`, /secret/);
    }
    assert.ok(PUBLIC_URLS.length + REFUSED_URLS.length >= 150);
  });

  it('lets a developer call his own machine, and still no metadata service', () => {
    const allowed = [
      'http://localhost:3000/hook',
      'http://127.0.0.1/',
      'http://[::1]:80/',
      'http://receiver:8080/',
      'https://10.0.0.1/',
    ];
    const refused = [
      'http://169.254.169.254/',
      'http://[fd00:ec2::254]/',
      'http://0.0.0.0/',
      'http://[::ffff:169.254.169.254]/',
      'ftp://localhost/',
    ];
    for (const text of allowed) assert.ok(checkCallableUrl(text, { allowPrivate: true }).url, text);
    for (const text of refused) assert.equal(checkCallableUrl(text, { allowPrivate: true }).url, null, text);
  });

  it('judges an IPv4 address the same in every way in which it can be written', () => {
    const octet = fc.nat({ max: 255 });
    const first = fc.oneof(fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255), octet);
    fc.assert(
      fc.property(first, octet, octet, octet, (a, b, c, d) => {
        const expected = classifyAddress([a, b, c, d].join('.'));
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(':');
        assert.equal(classifyAddress(`::ffff:${hex}`), expected);
        assert.equal(classifyAddress(`64:ff9b::${hex}`), expected);
        assert.notEqual(classifyAddress(`2002:${hex}::1`), 'public');
        assert.notEqual(classifyAddress(`64:ff9b:1::${hex}`), 'public');
        assert.notEqual(classifyAddress(`::${hex}`), 'public');
        const octal = [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.');
        for (const host of [
          String(number),
          `0x${number.toString(16)}`,
          octal,
          `[::ffff:${hex}]`,
          `${a}.${b}.${c * 256 + d}`,
        ]) {
          const { url } = checkCallableUrl(`https://${host}/`, { allowPrivate: false });
          assert.equal(url !== null, expected === 'public', host);
        }
        const sum = a === 10 || a === 127 || (a === 172 && b >> 4 === 1) || (a === 192 && b === 168);
        assert.equal(expected === 'private', sum);
        if (a === 0 || a >= 224 || (a === 169 && b === 254)) assert.equal(expected, 'blocked');
      }),
      { numRuns: 2_000 },
    );
  });

  it('calls blocked what is no address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('fe80::1%1', '2606:4700::1%eth0')), (text) => {
        assert.equal(classifyAddress(text), 'blocked');
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const isGlobal = /^[23][0-9a-f]{3}:/i.test(address);
        if (classifyAddress(address) === 'public')
          assert.ok(isGlobal || /^(::ffff|64:ff9b:|0*:0*:0*:0*:0*:ffff)/i.test(address), address);
      }),
    );
  });
});

/** A socket that listens on this machine and counts who comes. */
async function listen() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {}).resume();
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A name server that gives one answer after the other, the last for ever. */
function rebindingLookup(answers: readonly (readonly string[])[]) {
  let asked = 0;
  const lookup: LookupFunction = (_hostname, options, callback) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  return { lookup, asked: () => asked };
}

describe('the address at the time of the connection', () => {
  const post = (client: ReturnType<typeof createCallbackClient>, url: string) =>
    client.post({ url, headers: {}, body: '{}', signal: AbortSignal.timeout(5_000) });

  it('no connection is made to a name that points to this machine, however it is answered', async () => {
    const target = await listen();
    const cases = [
      [['127.0.0.1']],
      [['::1']],
      [['::ffff:127.0.0.1']],
      [['64:ff9b::7f00:1']],
      [['10.0.0.1']],
      [['169.254.169.254']],
      [['8.8.8.8', '127.0.0.1']],
      [['127.0.0.1', '8.8.8.8']],
      [['fe80::1%lo']],
      [['0.0.0.0']],
      [[]],
      [['not an address']],
    ];
    for (const answers of cases) {
      const { lookup, asked } = rebindingLookup(answers);
      const client = createCallbackClient({ allowPrivate: false, lookup });
      const url = `https://rebind.example:${target.port}/hook`;
      await assert.rejects(post(client, url), (error: Error) => {
        assert.ok(error instanceof CallbackFailure);
        assert.equal(error.message, 'A host must have public addresses only; rebind.example does not.');
        return true;
      });
      assert.equal(asked(), 1);
      await client.close();
    }
    assert.equal(target.connections(), 0);
    await target.close();
  });

  it('a name whose answer changes between the check and the call gains nothing: there is one answer, and it is checked', async () => {
    const { lookup, asked } = rebindingLookup([['93.184.216.34'], ['127.0.0.1']]);
    const guarded = createGuardedLookup({ allowPrivate: false, lookup });
    const resolve = () =>
      new Promise((settle) => guarded('rebind.example', { all: true }, (error, found) => settle(error ?? found)));
    assert.deepEqual(await resolve(), [{ address: '93.184.216.34', family: 4 }]);
    assert.match(String(await resolve()), /AddressRefusedError/);
    assert.equal(asked(), 2);
  });

  it('refuses a literal address too, which no lookup sees', async () => {
    const target = await listen();
    const client = createCallbackClient({ allowPrivate: false });
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', 'localhost']) {
      await assert.rejects(post(client, `https://${host}:${target.port}/`), CallbackFailure);
      await assert.rejects(post(client, `http://${host}:${target.port}/`), CallbackFailure);
    }
    assert.equal(target.connections(), 0);
    await client.close();
    await target.close();
  });

  it('the same socket is reached when private addresses are allowed: the test can fail', async () => {
    const target = await listen();
    const { lookup } = rebindingLookup([['127.0.0.1']]);
    const client = createCallbackClient({ allowPrivate: true, lookup });
    assert.deepEqual(await post(client, `http://rebind.example:${target.port}/`), {
      status: 204,
      retryAfter: undefined,
    });
    assert.equal((await post(client, `http://127.0.0.1:${target.port}/`)).status, 204);
    assert.equal(target.connections(), 2);
    await client.close();
    await target.close();
  });

  it('passes on that a name has no address', async () => {
    const client = createCallbackClient({
      allowPrivate: false,
      lookup: (_hostname, _options, callback) => callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), [], 0),
    });
    await assert.rejects(post(client, 'https://nobody.example/'), { message: 'No connection could be made.' });
    await client.close();
  });
});
