import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AppError } from '../core/errors.ts';
import { listPresenters } from './presenter-catalogue.ts';

const OURS = [{ id: 'amara', name: 'Amara' }];

it('lists ours first, then those of the vendors', async () => {
  const heygen = async () => [{ id: 'ada_sofa', name: 'Ada on a sofa', previewUrl: 'https://example.com/ada.jpg' }];
  const { presenters, missing } = await listPresenters({ ours: OURS, vendors: { heygen } });
  assert.deepEqual(
    presenters.map(({ id, provider, previewUrl }) => [id, provider, previewUrl]),
    [
      ['amara', 'engine', null],
      ['ada_sofa', 'heygen', 'https://example.com/ada.jpg'],
    ],
  );
  assert.deepEqual(presenters[0]?.aspectRatios, ['16:9']);
  assert.deepEqual(missing, []);
});

it('says which vendor does not tell its own, and hides nobody else', async () => {
  const heygen = async () => {
    throw new AppError({ code: 'video_key_refused', kind: 'auth', message: 'HeyGen answered with status 401.' });
  };
  const { presenters, missing } = await listPresenters({ ours: OURS, vendors: { heygen } });
  assert.deepEqual(
    presenters.map(({ id }) => id),
    ['amara'],
  );
  assert.deepEqual(missing, [
    { provider: 'heygen', code: 'video_key_refused', message: 'HeyGen answered with status 401.' },
  ]);
});
