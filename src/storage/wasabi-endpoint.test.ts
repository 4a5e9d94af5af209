import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { endpointOfRegion, regionOfEndpoint } from './wasabi-endpoint.ts';

const REGIONS = ['us-east-1', 'us-east-2', 'us-central-1', 'eu-central-1', 'ap-southeast-2', 'ca-central-1'];

test('the general address becomes that of the region, which serves the region', () => {
  for (const region of REGIONS) {
    const endpoint = endpointOfRegion('https://s3.wasabisys.com', region);
    const expected = region === 'us-east-1' ? 'https://s3.wasabisys.com' : `https://s3.${region}.wasabisys.com`;
    assert.equal(endpoint, expected);
    assert.equal(regionOfEndpoint(endpoint), region);
    assert.equal(endpointOfRegion(endpoint, region), endpoint);
  }
});

test('every other address stays as it is, and says nothing of a region', () => {
  const host = fc.domain().filter((name) => !name.endsWith('wasabisys.com'));
  fc.assert(
    fc.property(host, fc.constantFrom(...REGIONS), (name, region) => {
      assert.equal(endpointOfRegion(`https://${name}:9000`, region), `https://${name}:9000`);
      assert.equal(regionOfEndpoint(`https://${name}:9000`), undefined);
    }),
  );
  assert.equal(regionOfEndpoint('https://s3.wasabisys.com.example.com'), undefined);
  assert.equal(regionOfEndpoint('https://s3.eu-central-1.wasabisys.com.example.com'), undefined);
  assert.equal(regionOfEndpoint('https://s3.us-east-1.wasabisys.com'), 'us-east-1');
});
