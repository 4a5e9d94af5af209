import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseCleanUpArguments } from './cleanup-arguments.ts';

function parse(line: string) {
  return parseCleanUpArguments(line.split(' ').filter((word) => word !== ''));
}

test('the days belong to the class before them, in any order of classes', () => {
  const isDryRun = false;
  const isJson = false;
  assert.deepEqual(parse('--audio --days 7 --videos --days 30'), { days: { audio: 7, videos: 30 }, isDryRun, isJson });
  assert.deepEqual(parse('--videos --days=30 --audio --days 7'), { days: { audio: 7, videos: 30 }, isDryRun, isJson });
  assert.deepEqual(parse('--json --audio --dry-run --days 1'), { days: { audio: 1 }, isDryRun: true, isJson: true });
  assert.equal(parse('--help'), 'help');
});

test('what is not said clearly is refused in words that say how', () => {
  for (const [line, rule] of [
    ['', /--audio, --videos or both/],
    ['--dry-run', /--audio, --videos or both/],
    ['--days 7', /must follow/],
    ['--days 7 --audio', /must follow/],
    ['--audio', /must be followed by --days/],
    ['--audio --videos --days 30', /--audio must be followed/],
    ['--audio --days 7 --days 8', /must follow/],
    ['--audio --days 7 --audio --days 8', /named once/],
    ['--audio --days 0', /whole number from 1 to 99999; got "0"/],
    ['--audio --days 1.5', /got "1.5"/],
    ['--audio --days 1e2', /got "1e2"/],
    ['--audio --days', /./],
    ['--audio --days -3', /./],
    ['--sound --days 7', /--sound/],
    ['audio --days 7', /audio/],
  ] as const) {
    const result = parse(line);
    assert.ok(typeof result === 'object' && 'mistake' in result, line);
    assert.match(result.mistake, rule, line);
  }
});

test('only whole numbers from 1 are days', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
      const result = parseCleanUpArguments(['--videos', `--days=${text}`]);
      const isNumber = /^0*[1-9]\d*$/.test(text) && text.length <= 5;
      assert.equal(typeof result === 'object' && 'days' in result, isNumber, text);
    }),
  );
});
