import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLookId, readLook } from './look-answer.ts';

test('a look has what can be asked for and shown, and nothing else', () => {
  const preview = 'https://files.example.com/ada.jpg';
  const answer = {
    id: 'ada_sofa',
    name: ' Ada on a sofa ',
    preview_image_url: preview,
    supported_api_engines: ['avatar_iv', 7],
  };
  assert.deepEqual(readLook(answer), {
    id: 'ada_sofa',
    name: 'Ada on a sofa',
    previewUrl: preview,
    engines: ['avatar_iv'],
  });
  assert.deepEqual(readLook({ id: 'ada', name: '', preview_image_url: 'javascript:alert(1)' }), {
    id: 'ada',
    name: 'ada',
    previewUrl: undefined,
    engines: undefined,
  });
});

test('whatever a vendor says, what is read can be put into a path', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (anything, id) => {
      for (const element of [anything, { id }]) {
        const look = readLook(element);
        if (look !== undefined) assert.ok(isLookId(look.id) && encodeURIComponent(look.id) === look.id);
      }
    }),
  );
});
