import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { ConfigError, describeConfig, loadConfig, resolveConfig, variableEntries } from './load.ts';

const ROOT = path.join(import.meta.dirname, '../..');

const byName = (a = '', b = ''): number => a.localeCompare(b);

function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    resolveConfig(environment, {});
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.message, error.lines.join('\n'));
    return error.lines;
  }
  return [];
}

test('without any variable, the defaults of the specification hold', () => {
  const { config, warnings } = resolveConfig({}, {});
  assert.deepEqual(warnings, []);
  assert.equal(config.mockMode, true);
  assert.equal(config.port, 5000);
  assert.equal(config.openaiModel, 'gpt-4');
  assert.equal(config.ttsProvider, 'vibevoice');
  assert.equal(config.vibevoiceStyle, 'neutral');
  assert.equal(config.vibevoiceSeed, 42);
  assert.equal(config.vibevoiceProfile, 'default');
  assert.equal(config.elevenlabsVoiceId, '21m00Tcm4TlvDq8ikWAM');
  assert.equal(config.heygenAvatarId, 'default');
  assert.equal(config.wasabiBucketName, 'ai-videos');
  assert.equal(config.wasabiRegion, 'us-east-1');
  assert.equal(config.wasabiEndpoint, 'https://s3.wasabisys.com');
  assert.equal(config.maxScriptCharacters, 3000);
  assert.equal(config.maxSpeechSeconds, 90);
  assert.equal(config.vibevoiceConnectionTimeoutSeconds, 10);
  assert.equal(config.vibevoiceStreamTimeoutSeconds, 5);
  assert.equal(config.vibevoiceMaxRetries, 2);
  assert.equal(config.speechCacheEnabled, true);
  assert.equal(config.speechCacheDirectory, '/tmp/tts_cache');
  assert.equal(config.adminApiKey, null);
});

test('booleans are read in every spelling that is promised, and in no other', () => {
  const enabled = (text: string) => resolveConfig({ TTS_CACHE_ENABLED: text }, {}).config.speechCacheEnabled;
  for (const text of ['True', 'true', 'TRUE', '1', ' true ']) assert.equal(enabled(text), true, text);
  for (const text of ['False', 'false', '0']) assert.equal(enabled(text), false, text);
  for (const text of ['yes', 'on', '2', 'constructor']) {
    assert.deepEqual(mistakesOf({ TTS_CACHE_ENABLED: text }), [
      `TTS_CACHE_ENABLED: "${text}" must be True or False (also true, false, 1, 0).`,
    ]);
  }
});

test('every mistake is told at once, one line each, with variable, value and rule', () => {
  assert.deepEqual(
    mistakesOf({ PORT: '70000', VIBEVOICE_STYLE: 'loud', WASABI_ENDPOINT: 'ftp://x', MAX_TTS_AUDIO_DURATION: '-1' }),
    [
      'PORT: "70000" must be a whole number from 0 to 65535.',
      'VIBEVOICE_STYLE: "loud" must be one of neutral, excited, calm.',
      'WASABI_ENDPOINT: "ftp://x" must be an absolute URL that starts with http:// or https://, with neither a password nor a query in it.',
      'MAX_TTS_AUDIO_DURATION: "-1" must be a number from 1 to 600.',
    ],
  );
});

test('outside mock mode the provider that is asked first must be there', () => {
  const live = { MOCK_MODE: 'False' };
  const endpoint = { VIBEVOICE_WS_ENDPOINT: 'ws://a:1/tts' };
  assert.deepEqual(mistakesOf(live), [
    'VIBEVOICE_WS_ENDPOINT: (not set) must be set when MOCK_MODE is False and TTS_PROVIDER is vibevoice.',
  ]);
  assert.deepEqual(mistakesOf({ ...live, ...endpoint, TTS_PROVIDER: 'elevenlabs' }), [
    'ELEVENLABS_API_KEY: (not set) must be set when MOCK_MODE is False and TTS_PROVIDER is elevenlabs.',
  ]);
  assert.deepEqual(mistakesOf({ ...live, VIDEO_PROVIDER: 'heygen' }), [
    'VIBEVOICE_WS_ENDPOINT: (not set) must be set when MOCK_MODE is False and TTS_PROVIDER is vibevoice.',
    'HEYGEN_API_KEY: (not set) must be set when MOCK_MODE is False and VIDEO_PROVIDER is heygen.',
  ]);
  assert.deepEqual(mistakesOf({ ...live, ...endpoint }), []);
  assert.deepEqual(mistakesOf({ ...live, TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'a-key-of-15-ch' }), []);
});

test('a key that was copied from an example is refused where keys are used, and is not shown', () => {
  const copied = {
    OPENAI_API_KEY: 'sk-proj-YOUR_KEY_HERE',
    ELEVENLABS_API_KEY: 'YOUR_KEY_HERE',
    WASABI_ACCESS_KEY: 'YOUR_KEY_HERE',
    WASABI_SECRET_KEY: 'real-looking-0123456789',
    ADMIN_API_KEY: 'changeme',
  };
  const VIBEVOICE_WS_ENDPOINT = 'ws://a:1/tts';
  const rule = '(a secret, not shown) must be one of your own; this is the placeholder of an example.';
  assert.deepEqual(
    mistakesOf({ ...copied, MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT }),
    ['OPENAI_API_KEY', 'ELEVENLABS_API_KEY', 'WASABI_ACCESS_KEY', 'ADMIN_API_KEY'].map((name) => `${name}: ${rule}`),
  );
  assert.deepEqual(mistakesOf(copied), []);
});

test('mistakes and contradictions are told together, but none of a variable that has no value of its kind', () => {
  assert.deepEqual(
    mistakesOf({
      MOCK_MODE: 'False',
      PORT: 'x',
      TTS_PROVIDER: 'me',
      VIDEO_PROVIDER: 'heygen',
      HEYGEN_API_KEY: 'short',
    }),
    [
      'PORT: "x" must be a whole number from 0 to 65535.',
      'TTS_PROVIDER: "me" must be one of vibevoice, elevenlabs.',
      'HEYGEN_API_KEY: (a secret, not shown) must be at least 8 characters without spaces.',
    ],
  );
  assert.deepEqual(mistakesOf({ MOCK_MODE: 'False', PORT: 'x', VIDEO_PROVIDER: 'heygen' }).length, 3);
});

test('an address of VibeVoice names its protocol, and only such an address may carry a password', () => {
  for (const address of [
    'ws://a:1',
    'ws://a:1/',
    'ws://a:1/TTS',
    'ws://a:1/tts?seed=1',
    'http://a:1/tts',
    'ws://a:1/tts/',
  ]) {
    const lines = mistakesOf({ VIBEVOICE_WS_ENDPOINT: address });
    // A slash at the end means nothing.
    assert.equal(lines.length, address.endsWith('tts/') ? 0 : 1, address);
    for (const line of lines) assert.match(line, /must be .* end in \/stream or \/tts\.$/);
  }
  const guarded = 'wss://gpu:hunter2@a:1/stream';
  const shown = describeConfig(resolveConfig({ VIBEVOICE_WS_ENDPOINT: guarded }, {}));
  assert.equal(shown.find(({ name }) => name === 'VIBEVOICE_WS_ENDPOINT')?.value, 'wss://********@a:1/stream');
  for (const name of [
    'OPENAI_BASE_URL',
    'ELEVENLABS_BASE_URL',
    'HEYGEN_BASE_URL',
    'WASABI_ENDPOINT',
    'VIBEVOICE_METRICS_URL',
  ]) {
    for (const address of ['https://user:hunter2@a/v1', 'https://hunter2@a/v1', 'https://a/v1?key=1', 'https://a/#x']) {
      const [line = ''] = mistakesOf({ [name]: address });
      assert.match(line, new RegExp(`^${name}: .*with neither a password nor a query in`));
      assert.doesNotMatch(line, /hunter2/);
    }
  }
});

test('a rollout to some users needs somebody who speaks for the others', () => {
  const live = { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://a:1/tts', TTS_CANARY_PERCENT: '5' };
  assert.deepEqual(mistakesOf(live), [
    'TTS_CANARY_PERCENT: "5" must be 100 while nobody but VibeVoice can speak: set ELEVENLABS_API_KEY or OPENAI_SPEECH_BASE_URL.',
  ]);
  assert.deepEqual(mistakesOf({ ...live, ELEVENLABS_API_KEY: 'a-key-of-15-ch' }), []);
  assert.deepEqual(mistakesOf({ ...live, TTS_OFFLINE_FALLBACK: 'True' }), []);
  assert.deepEqual(mistakesOf({ TTS_CANARY_PERCENT: '5' }), []);
});

test('outside mock mode, what is hardly meant is a warning', () => {
  const good = { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://a:1/tts', ELEVENLABS_API_KEY: 'a-key-of-15-ch' };
  const warningsOf = (changes: Record<string, string>) => resolveConfig({ ...good, ...changes }, {}).warnings;
  assert.deepEqual(warningsOf({}), []);
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ ELEVENLABS_API_KEY: '' }, /^ELEVENLABS_API_KEY is not set.*nobody speaks in its place\.$/],
    [{ VIDEO_FALLBACK: 'none' }, /^VIDEO_FALLBACK is none, but VIDEO_PROVIDER is engine/],
    [{ OPENAI_BASE_URL: 'http://a:11434' }, /^OPENAI_BASE_URL has no version in its path/],
    [{ HEYGEN_BASE_URL: 'https://api.heygen.com/v3' }, /^HEYGEN_BASE_URL has a version in its path/],
  ];
  for (const [changes, warning] of cases) {
    const [told = '', ...others] = warningsOf(changes);
    assert.match(told, warning);
    assert.deepEqual(others, []);
  }
  assert.deepEqual(warningsOf({ OPENAI_BASE_URL: 'http://a:11434/v1', OPENAI_SPEECH_BASE_URL: 'http://a/v1beta' }), []);
  assert.deepEqual(resolveConfig({ VIDEO_FALLBACK: 'none', HEYGEN_API_KEY: 'a-key-of-15-ch' }, {}).warnings, []);
});

test('Redis without PostgreSQL is refused: its workers could not read the journal', () => {
  const REDIS_URL = 'redis://localhost:6379';
  assert.throws(
    () => resolveConfig({ REDIS_URL }, {}),
    /^ConfigError: DATABASE_URL: \(not set\) must be set when REDIS_URL is/,
  );
  const { config } = resolveConfig({ REDIS_URL, DATABASE_URL: 'postgres://u:p@localhost/videos' }, {});
  assert.equal(config.redisUrl, REDIS_URL);
});

test('the S3 storage needs both keys, a bucket that S3 takes, and the address of its region', () => {
  const keys = { WASABI_ACCESS_KEY: 'planted-access', WASABI_SECRET_KEY: 'planted-secret' };
  const region = (WASABI_REGION: string, WASABI_ENDPOINT: string) => ({ ...keys, WASABI_REGION, WASABI_ENDPOINT });
  for (const taken of [
    keys,
    { ...keys, WASABI_REGION: 'eu-central-1' },
    region('eu-central-1', 'https://s3.eu-central-1.wasabisys.com'),
    region('us-east-1', 'https://s3.us-east-1.wasabisys.com/'),
    region('garage', 'http://127.0.0.1:9000'),
  ]) {
    assert.deepEqual(resolveConfig(taken, {}).warnings, []);
  }
  const { WASABI_ACCESS_KEY, WASABI_SECRET_KEY } = keys;
  assert.deepEqual(mistakesOf({ WASABI_ACCESS_KEY }), [
    'WASABI_SECRET_KEY: (not set) must be set when WASABI_ACCESS_KEY is.',
  ]);
  assert.deepEqual(mistakesOf({ WASABI_SECRET_KEY }), [
    'WASABI_ACCESS_KEY: (not set) must be set when WASABI_SECRET_KEY is.',
  ]);
  assert.deepEqual(mistakesOf(region('us-east-1', 'https://s3.eu-central-1.wasabisys.com')), [
    'WASABI_REGION: "us-east-1" must be eu-central-1, the region that WASABI_ENDPOINT serves.',
  ]);
  const buckets = [
    'ai',
    'AI-videos',
    '-ai-videos',
    'ai-videos.',
    'ai..videos',
    'ai_videos',
    '192.168.1.1',
    'a'.repeat(64),
  ];
  for (const WASABI_BUCKET_NAME of buckets)
    assert.equal(mistakesOf({ WASABI_BUCKET_NAME }).length, 1, WASABI_BUCKET_NAME);
  for (const WASABI_BUCKET_NAME of ['abc', 'ai.videos-2', '1'.repeat(63)]) {
    assert.equal(resolveConfig({ WASABI_BUCKET_NAME }, {}).config.wasabiBucketName, WASABI_BUCKET_NAME);
  }
  const shown = JSON.stringify(describeConfig(resolveConfig(keys, {})));
  assert.doesNotMatch(shown, /planted/);
});

test('limits of providers are numbers at once, and a minute', () => {
  const { config } = resolveConfig({ PROVIDER_LIMITS: 'elevenlabs=5@120, heygen=3' }, {});
  assert.deepEqual(config.providerLimits, {
    elevenlabs: { concurrency: 5, perMinute: 120 },
    heygen: { concurrency: 3 },
  });
  for (const PROVIDER_LIMITS of ['elevenlabs', 'elevenlabs=0', 'elevenlabs=x', 'nobody=3', 'elevenlabs=3@', '=3']) {
    assert.throws(() => resolveConfig({ PROVIDER_LIMITS }, {}), /PROVIDER_LIMITS: .* must be comma-separated limits/);
  }
});

test('a variable that nothing obeys yet is read, checked and reported', () => {
  const { config, warnings } = resolveConfig({ CORS_ORIGINS: 'http://a:1, https://b' }, {});
  assert.deepEqual(config.corsOrigins, ['http://a:1', 'https://b']);
  assert.deepEqual(warnings, ['CORS_ORIGINS is set, but nothing in this version uses it.']);
});

test('GPU metrics come from addresses or from this machine', () => {
  const read = (value: string) => resolveConfig({ VIBEVOICE_METRICS_URL: value }, {}).config.vibevoiceMetricsSources;
  assert.deepEqual(read('http://a:9400/metrics, nvidia-smi'), ['http://a:9400/metrics', 'nvidia-smi']);
  assert.equal(mistakesOf({ VIBEVOICE_METRICS_URL: 'nvidia' }).length, 1);
});

test('secrets of webhooks are told apart by spaces or commas, and a bad one is not shown', () => {
  const [old, next] = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
  for (const text of [`${old} ${next}`, `${old},${next}`, ` ${old} , ${next} `]) {
    assert.deepEqual(resolveConfig({ WEBHOOK_SECRET: text }, {}).config.webhookSecrets, [old, next]);
  }
  const rule = '"whsec_" and 24 to 64 bytes in base64; several are separated by spaces or commas';
  for (const text of ['whsec_c2hvcnQ=', `${old} hunter2hunter2`, 'hunter2hunter2']) {
    assert.deepEqual(mistakesOf({ WEBHOOK_SECRET: text }), [`WEBHOOK_SECRET: (a secret, not shown) must be ${rule}.`]);
  }
});

test('a variable that is set to nothing counts as not set', () => {
  const { config, sources } = resolveConfig({ PORT: '', HOST: '  ' }, {});
  assert.equal(config.port, 5000);
  assert.equal(sources.host, 'default');
});

test('the environment wins over the file, and the file over the default', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'config-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const filePath = path.join(folder, '.env');
  await writeFile(filePath, 'PORT=6000\nHOST="0.0.0.0" # every network\nPROT=1\n');
  const { config, sources, warnings } = loadConfig({ environment: { PORT: '7000' }, filePath });
  assert.equal(config.port, 7000);
  assert.equal(config.host, '0.0.0.0');
  assert.equal(sources.port, 'environment');
  assert.equal(sources.host, 'file');
  assert.deepEqual(warnings, ['PROT in the .env file is not a variable of this program.']);
  assert.equal(loadConfig({ environment: {}, filePath: path.join(folder, 'none') }).config.port, 5000);
});

test('secrets are masked when the configuration is shown, and never part of a mistake', () => {
  const key = 'sk-planted-0123456789';
  const loaded = resolveConfig({ OPENAI_API_KEY: key, DATABASE_URL: 'postgres://u:hunter2222@db/x' }, {});
  const rows = describeConfig(loaded);
  assert.equal(rows.find((row) => row.name === 'OPENAI_API_KEY')?.value, '********');
  assert.doesNotMatch(JSON.stringify(rows), /planted|hunter/);
  const mistakes = mistakesOf({ OPENAI_API_KEY: `${key} with spaces`, REDIS_URL: 'http://:hunter2222@x' }).join('\n');
  assert.match(mistakes, /OPENAI_API_KEY/);
  assert.doesNotMatch(mistakes, /planted|hunter/);
});

test('any text for any variable is taken or told in a line that names the variable', () => {
  const names = variableEntries().map(([, variable]) => variable.name);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 40 }), (name, text) => {
      const lines = mistakesOf({ [name]: text });
      assert.ok(lines.length <= 1);
      // One that needs another is told with that one.
      for (const line of lines) assert.ok(line.includes(name) && !line.includes('\n'), line);
    }),
    { numRuns: 500 },
  );
});

test('.env.example loads, names every variable of the table once and nothing else, and changes nothing', () => {
  const text = readFileSync(path.join(ROOT, '.env.example'), 'utf8');
  const named = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1]);
  assert.deepEqual(
    named.toSorted(byName),
    variableEntries()
      .map(([, variable]) => variable.name)
      .toSorted(byName),
  );
  const { config, warnings } = resolveConfig({}, parseEnv(text));
  assert.deepEqual(config, resolveConfig({}, {}).config);
  assert.deepEqual(warnings, []);
});
