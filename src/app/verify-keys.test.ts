import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { TEST_DATABASE_URL, TEST_REDIS_URL, WITHOUT_DATABASE, WITHOUT_REDIS } from '../../test/fixtures/services.ts';
import { resolveConfig } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { startElevenLabsSimulator } from '../simulators/elevenlabs.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../simulators/heygen.ts';
import { listenOnLoopback } from '../simulators/loopback-server.ts';
import { startSimulatedVendors, type SimulatedVendors } from '../simulators/simulated-vendors.ts';
import type { VendorFinding } from './vendor-checks/vendor-check.ts';
import { verifyKeys } from './verify-keys.ts';

const PORTS = { vibevoice: 0, elevenlabs: 0, openaiSpeech: 0, openai: 0, s3: 0, dcgm: 0, faults: 0 };
const HEYGEN_KEY = 'simulated-heygen-key';
const PATIENT = 60_000;
const nobody = async (): Promise<never> => {
  throw new Error('No vendor is asked for anything that is charged for.');
};

describe('verify-keys', () => {
  let vendors: SimulatedVendors;
  let heygen: HeyGenSimulator;
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    vendors = await startSimulatedVendors({ voice: nobody, writer: () => ({}), clock: systemClock, ports: PORTS });
    heygen = await startHeyGenSimulator({
      clip: nobody,
      clock: systemClock,
      apiKey: HEYGEN_KEY,
      lookIds: ['look-1', 'look-2'],
    });
    const [own = ''] = vendors.vibevoiceEndpoints;
    environment = {
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: [own, own.replace('/tts', '/stream')].join(','),
      OPENAI_BASE_URL: vendors.openai.baseUrl,
      OPENAI_API_KEY: vendors.openai.apiKey,
      OPENAI_MODEL: 'gpt-4.1-mini',
      ELEVENLABS_BASE_URL: vendors.elevenlabs.baseUrl,
      ELEVENLABS_API_KEY: vendors.elevenlabs.apiKey,
      OPENAI_SPEECH_BASE_URL: vendors.openaiSpeech.baseUrl,
      OPENAI_SPEECH_API_KEY: vendors.openaiSpeech.apiKey,
      HEYGEN_BASE_URL: heygen.url,
      HEYGEN_API_KEY: HEYGEN_KEY,
      VIDEO_PROVIDER: 'heygen',
      WASABI_ENDPOINT: vendors.s3?.endpoint ?? '',
      WASABI_ACCESS_KEY: vendors.s3?.accessKey ?? '',
      WASABI_SECRET_KEY: vendors.s3?.secretKey ?? '',
    };
  });
  after(async () => {
    await Promise.all([vendors.close(), heygen.close()]);
  });

  /** What was found by vendor, and that no key is in it. */
  async function verify(changes: Readonly<Record<string, string>> = {}, deadlineMilliseconds = PATIENT) {
    const set = { ...environment, ...changes };
    const found = await verifyKeys(resolveConfig(set, {}).config, { deadlineMilliseconds });
    const said = JSON.stringify(found);
    for (const [name, value] of Object.entries(set)) {
      if (name.endsWith('KEY') && value !== '') assert.ok(!said.includes(value), `${name} is shown`);
    }
    const byVendor: Record<string, Omit<VendorFinding, 'vendor'>> = {};
    for (const { vendor, ...finding } of found) byVendor[vendor.split(' ')[0] ?? ''] = finding;
    return byVendor;
  }

  it('says what is there when all is well, and asks for nothing that is charged for', async () => {
    const found = await verifyKeys(resolveConfig(environment, {}).config, { deadlineMilliseconds: PATIENT });
    const host = new URL(vendors.vibevoiceEndpoints[0] ?? '').host;
    assert.deepEqual(
      found.map(({ vendor, state, detail }) => [vendor, state, detail]),
      [
        ['OpenAI (scripts)', 'ok', 'It has the model gpt-4.1-mini (key …-key).'],
        [`VibeVoice ${host}`, 'ok', 'It answers at /tts.'],
        [`VibeVoice ${host}`, 'ok', 'It has 25 voices.'],
        ['ElevenLabs', 'ok', 'It has 1000000 credits left (creator, key …-key).'],
        ['OpenAI-compatible speech', 'ok', 'It has the model gpt-4o-mini-tts (key …-key).'],
        ['HeyGen', 'ok', 'It has 100 left (wallet, 2 looks, key …-key).'],
        ['S3 storage', 'ok', 'It has the bucket ai-videos, which is empty (us-east-1, key …-key).'],
        ['PostgreSQL', 'not_configured', 'It would hold the journal, so that several machines can work: DATABASE_URL.'],
        ['Redis', 'not_configured', 'It would wake workers on several machines at once: REDIS_URL.'],
      ],
    );
    assert.deepEqual(heygen.charges, []);
    assert.ok(heygen.requests.every(({ method }) => method === 'GET'));
  });

  it('says which key is wrong', async () => {
    const found = await verify({
      OPENAI_API_KEY: 'a-wrong-key-of-scripts',
      ELEVENLABS_API_KEY: 'a-wrong-key-of-a-voice',
      OPENAI_SPEECH_API_KEY: 'a-wrong-key-of-another',
      HEYGEN_API_KEY: 'a-wrong-key-of-avatars',
      WASABI_SECRET_KEY: 'a-wrong-key-of-storage',
    });
    const correct = {
      OpenAI: /status 401 \(invalid_api_key\)\. Correct OPENAI_API_KEY\.$/,
      ElevenLabs: /status 401 \(invalid_api_key\)\. Correct ELEVENLABS_API_KEY\.$/,
      'OpenAI-compatible': /status 401 \(invalid_api_key\)\. Correct OPENAI_SPEECH_API_KEY\.$/,
      HeyGen: /status 401 \(unauthorized\)\. Correct HEYGEN_API_KEY\.$/,
      S3: /WASABI_SECRET_KEY does not belong to WASABI_ACCESS_KEY: correct the secret key\.$/,
    };
    for (const [vendor, detail] of Object.entries(correct)) {
      assert.equal(found[vendor]?.state, 'wrong', vendor);
      assert.match(found[vendor]?.detail ?? '', detail);
    }
    assert.equal(found['VibeVoice']?.state, 'ok');
  });

  it('says which other setting is wrong with a good key', async () => {
    const found = await verify({
      ELEVENLABS_VOICE_ID: 'nobody',
      HEYGEN_AVATAR_ID: 'look-3',
      WASABI_BUCKET_NAME: 'no-such-bucket',
      OPENAI_MODEL: 'llama3',
    });
    assert.match(found['ElevenLabs']?.detail ?? '', /no voice nobody: correct ELEVENLABS_VOICE_ID/);
    assert.match(found['HeyGen']?.detail ?? '', /no look look-3 among the 2 of its account: correct HEYGEN_AVATAR_ID/);
    const engine = await verify({ HEYGEN_ENGINE: 'avatar_v' });
    assert.match(engine['HeyGen']?.detail ?? '', /takes avatar_iii, avatar_iv, not avatar_v: correct HEYGEN_ENGINE/);
    assert.match(found['S3']?.detail ?? '', /bucket no-such-bucket does not exist .*WASABI_BUCKET_NAME/);
    // A server that only is like OpenAI may have models that it does not list.
    assert.deepEqual(found['OpenAI'], {
      state: 'ok',
      detail: 'It answers (key …-key).',
      notes: ['It does not list the model llama3 (OPENAI_MODEL).'],
    });
    const region = await verify({ WASABI_REGION: 'eu-central-1' });
    assert.match(region['S3']?.detail ?? '', /not in the region .*correct WASABI_REGION and WASABI_ENDPOINT\.$/);
  });

  it('tells an account that is used up from a wrong key', async (t) => {
    const options = { voice: nobody, clock: systemClock, apiKey: HEYGEN_KEY, voiceIds: ['21m00Tcm4TlvDq8ikWAM'] };
    const elevenlabs = await startElevenLabsSimulator({ ...options, creditLimit: 0 });
    t.after(() => elevenlabs.close());
    const empty = { clip: nobody, clock: systemClock, apiKey: HEYGEN_KEY, lookIds: ['look'], balanceUsd: 0 };
    const account = await startHeyGenSimulator(empty);
    t.after(() => account.close());
    vendors.faults.set('openai', 'insufficient-quota', { times: 1 });
    const found = await verify({
      ELEVENLABS_BASE_URL: elevenlabs.url,
      ELEVENLABS_API_KEY: HEYGEN_KEY,
      HEYGEN_BASE_URL: account.url,
    });
    assert.match(found['OpenAI']?.detail ?? '', /insufficient_quota\)\. The key is known: add credit/);
    assert.match(found['ElevenLabs']?.detail ?? '', /key is good, but its credits are used up/);
    assert.match(found['HeyGen']?.detail ?? '', /key is good, but its account is empty/);
    for (const vendor of ['OpenAI', 'ElevenLabs', 'HeyGen']) assert.equal(found[vendor]?.state, 'wrong');
  });

  it('takes a key that is restricted to speech for a good one', async (t) => {
    const options = { voice: nobody, clock: systemClock, apiKey: HEYGEN_KEY, voiceIds: ['21m00Tcm4TlvDq8ikWAM'] };
    const elevenlabs = await startElevenLabsSimulator({ ...options, speechOnly: true });
    t.after(() => elevenlabs.close());
    const found = await verify({ ELEVENLABS_BASE_URL: elevenlabs.url, ELEVENLABS_API_KEY: HEYGEN_KEY });
    assert.deepEqual(found['ElevenLabs'], {
      state: 'ok',
      detail: 'It knows the key (key …-key).',
      notes: [
        'The key may not read voices (voices_read), so ELEVENLABS_VOICE_ID was not checked.',
        'The key may not read the account (user_read), so its credits are not known.',
      ],
    });
  });

  it('says who does not answer, and waits for all of them together', async () => {
    for (const vendor of ['openai', 'elevenlabs', 'openai-speech', 's3']) vendors.faults.set(vendor, 'hang');
    vendors.faults.set('vibevoice', 'hang-handshake');
    heygen.faults.set('hang');
    try {
      const found = await verify({}, 400);
      const hosts = { OpenAI: 'OPENAI_BASE_URL', ElevenLabs: 'ELEVENLABS_BASE_URL', HeyGen: 'HEYGEN_BASE_URL' };
      for (const [vendor, variable] of Object.entries(hosts)) {
        const { host } = new URL(environment[variable] ?? '');
        assert.equal(found[vendor]?.state, 'unreachable', vendor);
        assert.ok(found[vendor]?.detail.startsWith(host), found[vendor]?.detail);
      }
      for (const vendor of ['OpenAI-compatible', 'S3']) assert.equal(found[vendor]?.state, 'unreachable', vendor);
    } finally {
      vendors.faults.clear();
      heygen.faults.clear();
    }
  });

  it('takes an outage for what it is', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const found = await verify({
      VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts',
      OPENAI_BASE_URL: `${nowhere}/v1`,
      ELEVENLABS_BASE_URL: nowhere,
      OPENAI_SPEECH_BASE_URL: `${nowhere}/v1`,
      HEYGEN_BASE_URL: nowhere,
      WASABI_ENDPOINT: nowhere,
      DATABASE_URL: 'postgres://user:planted-password@127.0.0.1:1/videos',
      REDIS_URL: 'redis://user:planted-password@127.0.0.1:1',
    });
    for (const [vendor, { state, detail }] of Object.entries(found)) {
      assert.equal(state, 'unreachable', `${vendor}: ${detail}`);
      assert.match(detail, /^127\.0\.0\.1:1: /);
      assert.doesNotMatch(detail, /planted/);
    }
  });

  it('does not take any answer for that of a vendor', async (t) => {
    const page = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in</h1>');
    });
    const { url, close } = await listenOnLoopback(page);
    t.after(close);
    const found = await verify({
      VIBEVOICE_WS_ENDPOINT: `${url.replace('http', 'ws')}/stream`,
      OPENAI_BASE_URL: `${url}/v1`,
      ELEVENLABS_BASE_URL: url,
      OPENAI_SPEECH_BASE_URL: `${url}/v1`,
      HEYGEN_BASE_URL: url,
      WASABI_ENDPOINT: url,
    });
    for (const [vendor, variable] of Object.entries({
      VibeVoice: 'VIBEVOICE_WS_ENDPOINT',
      OpenAI: 'OPENAI_BASE_URL',
      ElevenLabs: 'ELEVENLABS_BASE_URL',
      'OpenAI-compatible': 'OPENAI_SPEECH_BASE_URL',
      HeyGen: 'HEYGEN_BASE_URL',
    })) {
      assert.equal(found[vendor]?.state, 'wrong', vendor);
      assert.match(found[vendor]?.detail ?? '', new RegExp(`correct ${variable}\\.$`));
    }
    assert.equal(found['S3']?.state, 'wrong');
    assert.match(found['S3']?.detail ?? '', /is no S3 storage: correct WASABI_ENDPOINT\.$/);
  });

  it('knows the servers that several machines share', { skip: WITHOUT_DATABASE || WITHOUT_REDIS }, async () => {
    const good = { DATABASE_URL: TEST_DATABASE_URL ?? '', REDIS_URL: TEST_REDIS_URL ?? '' };
    const found = await verify(good);
    assert.match(found['PostgreSQL']?.detail ?? '', /^It answers \(version \d+/);
    assert.match(found['Redis']?.detail ?? '', /^It answers \(version \d+/);
    const database = new URL(good.DATABASE_URL);
    database.pathname = '/no-such-database';
    const redis = new URL(good.REDIS_URL);
    [redis.username, redis.password] = ['nobody', 'planted-password'];
    const wrong = await verify({ DATABASE_URL: database.href, REDIS_URL: redis.href });
    assert.match(wrong['PostgreSQL']?.detail ?? '', /has no database of this name\. Correct DATABASE_URL\.$/);
    assert.match(wrong['Redis']?.detail ?? '', /refused the user name or the password\. Correct REDIS_URL\.$/);
    assert.deepEqual([wrong['PostgreSQL']?.state, wrong['Redis']?.state], ['wrong', 'wrong']);
  });
});
