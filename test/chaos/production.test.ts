import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ARRANGEMENTS } from '../../chaos/production/arrangements.ts';
import { createDrawnVideos } from '../../chaos/production/drawn-videos.ts';
import { planAlone, SCRIPTS } from '../../chaos/production/plan.ts';
import { huntBug, PLANTED_BUGS } from '../../chaos/production/planted-bugs.ts';
import { runBatches } from '../../chaos/production/run-batches.ts';
import type { Vendor } from '../../chaos/production/vendors.ts';
import { createMarkedVoices } from '../../chaos/tts/marked-voices.ts';

const SEED = 1;
const studio = { voices: createMarkedVoices(), drawn: createDrawnVideos() };

before(() => studio.voices.prepare(SCRIPTS.slice(0, 1)));
after(() => Promise.all([studio.voices.close(), studio.drawn.close()]));

const HEYGEN = 'VibeVoice; HeyGen, then our engine';
const ELEVENLABS = 'ElevenLabs, then VibeVoice; our engine';
/** Arrangement, vendor, fault, call, and whether it stays: one of each kind. */
const CHOSEN: readonly (readonly [string, Vendor, string, number, boolean])[] = [
  [HEYGEN, 'heygen', 'insufficient-credit', 1, true],
  [HEYGEN, 'heygen', 'truncated-file', 1, true],
  [HEYGEN, 'heygen', 'lost-create', 1, false],
  [HEYGEN, 'heygen', 'unauthorized', 4, false],
  [HEYGEN, 'heygen', 'render-failed-passing', 1, false],
  [HEYGEN, 'openai', 'changed-facts', 1, true],
  [ELEVENLABS, 'elevenlabs', 'quota-402', 1, false],
  [ELEVENLABS, 'elevenlabs', 'lose-answer', 1, false],
  [ELEVENLABS, 's3', 'access-denied', 6, true],
  [ELEVENLABS, 's3', 'internal-error', 9, false],
  [ELEVENLABS, 's3', 'no-such-bucket', 12, true],
  [ELEVENLABS, 's3', 'delete-errors', 1, true],
];

test('a slice of `npm run chaos -- production`: whole videos end as the failure policy says, and are paid once', async () => {
  const cases = CHOSEN.map(([name, vendor, scenario, position, isLasting]) => {
    const arrangement = ARRANGEMENTS.find((candidate) => candidate.name === name);
    assert.ok(arrangement);
    return { arrangement, vendor, scenario, position, isLasting };
  });
  const batches = planAlone(cases, SEED).map((batch) => ({ ...batch, scripts: SCRIPTS.slice(0, 1) }));
  const summaries = await runBatches(batches, { ...studio, lanes: 4 });
  assert.deepEqual(
    summaries.flatMap(({ violations }) => violations),
    [],
  );
  const sum = (field: 'jobs' | 'failed' | 'unmet') => summaries.reduce((total, summary) => total + summary[field], 0);
  assert.deepEqual([sum('jobs'), sum('failed'), sum('unmet')], [12, 2, 0]);
});

test('planted bugs are seen', async () => {
  for (const bug of ['HeyGen gets another key each time', 'a fallback is not told of']) {
    const planted = PLANTED_BUGS.find((candidate) => candidate.bug === bug);
    assert.ok(planted !== undefined && (await huntBug(planted, studio)) !== undefined, bug);
  }
});
