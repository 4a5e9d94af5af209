import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VIDEO_CAPABILITIES, type VideoAspectRatio, type VideoProviderId } from '../video/video-capabilities.ts';
import { checkPicture, choosePicture, type PictureRules, type PictureWish } from './picture-choice.ts';

const OURS = ['amara'];
const rulesOf = (videoProviders: readonly VideoProviderId[]): PictureRules => ({
  videoProviders,
  presenters: OURS,
  checkImageUrl: (url) =>
    url.startsWith('https://example.com/') ? null : { rule: 'name a public host', value: 'localhost' },
});
const ENGINE_FIRST = rulesOf(['engine', 'heygen']);
const HEYGEN_FIRST = rulesOf(['heygen', 'engine']);
const ENGINE_ALONE = rulesOf(['engine']);

const brokenBy = (wish: PictureWish, rules: PictureRules): readonly string[] =>
  checkPicture(wish, rules).map(({ pointer, code, value }) => `${pointer} ${code} ${value}`);

describe('the choice of the picture', () => {
  it('is that of the configuration when the request leaves it open', () => {
    const open = { presenter: 'amara', avatarId: null, aspectRatio: '16:9', background: null } as const;
    assert.deepEqual(choosePicture({}, ENGINE_FIRST, 'amara'), { ...open, videoProvider: 'engine' });
    assert.deepEqual(choosePicture({}, HEYGEN_FIRST, 'amara'), { ...open, videoProvider: 'heygen' });
  });

  it('follows the presenter: ours is drawn by our engine, an avatar needs its vendor', () => {
    assert.equal(choosePicture({ presenter: 'amara' }, HEYGEN_FIRST, 'amara').videoProvider, 'engine');
    const avatar: PictureWish = { presenter: 'Ada_sofa-1' };
    assert.deepEqual(checkPicture(avatar, HEYGEN_FIRST), []);
    const { videoProvider, avatarId, presenter } = choosePicture(avatar, HEYGEN_FIRST, 'amara');
    assert.deepEqual([videoProvider, avatarId, presenter], ['heygen', 'Ada_sofa-1', 'amara']);
    assert.deepEqual(brokenBy(avatar, ENGINE_FIRST), ['/presenter unknown_presenter Ada_sofa-1']);
  });

  const REFUSED: readonly (readonly [string, PictureWish, PictureRules, string])[] = [
    [
      'a provider that is not configured',
      { videoProvider: 'heygen' },
      ENGINE_ALONE,
      '/videoProvider video_provider_not_configured heygen',
    ],
    [
      'our presenter at HeyGen',
      { videoProvider: 'heygen', presenter: 'amara' },
      ENGINE_FIRST,
      '/presenter unknown_presenter amara',
    ],
    ['an avatar that is no name', { presenter: '../me' }, HEYGEN_FIRST, '/presenter unknown_presenter ../me'],
    [
      'a shape that the engine does not draw',
      { aspectRatio: '9:16' },
      ENGINE_FIRST,
      '/aspectRatio unsupported_value 9:16',
    ],
    [
      'a background behind the engine’s',
      { background: { color: '#000000' } },
      ENGINE_FIRST,
      '/background unsupported_value {"color":"#000000"}',
    ],
    ['a background of nothing', { background: {} }, HEYGEN_FIRST, '/background invalid_value {}'],
    [
      'a background of two things',
      { background: { color: '#000000', imageUrl: 'https://example.com/a.png' } },
      HEYGEN_FIRST,
      '/background invalid_value {"color":"#000000","imageUrl":"https://example.com/a.png"}',
    ],
    ['a color by name', { background: { color: 'navy' } }, HEYGEN_FIRST, '/background/color invalid_value navy'],
    [
      'a picture inside',
      { background: { imageUrl: 'http://localhost/a.png' } },
      HEYGEN_FIRST,
      '/background/imageUrl invalid_image_url localhost',
    ],
    [
      'a picture of another kind',
      { background: { imageUrl: 'https://example.com/a.svg?x=.png' } },
      HEYGEN_FIRST,
      '/background/imageUrl invalid_image_url https://example.com/a.svg?x=.png',
    ],
  ];
  for (const [name, wish, rules, issue] of REFUSED) {
    it(`${name} is refused with the value`, () => assert.deepEqual(brokenBy(wish, rules), [issue]));
  }

  it('whatever breaks no rule can be made by whom it is given to', () => {
    const wishes = fc.record(
      {
        videoProvider: fc.constantFrom<VideoProviderId>('engine', 'heygen'),
        presenter: fc.constantFrom('amara', 'ada', 'x y'),
        aspectRatio: fc.constantFrom<VideoAspectRatio>('16:9', '9:16', '1:1', '4:5', '5:4'),
        background: fc.record(
          { color: fc.constantFrom('#fff', '#ffffff'), imageUrl: fc.constantFrom('https://example.com/a.JPG', 'x') },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    let accepted = 0;
    fc.assert(
      fc.property(wishes, fc.constantFrom(ENGINE_ALONE, ENGINE_FIRST, HEYGEN_FIRST), (wish, rules) => {
        if (checkPicture(wish, rules).length > 0) return;
        accepted += 1;
        const choice = choosePicture(wish, rules, 'amara');
        const capabilities = VIDEO_CAPABILITIES[choice.videoProvider];
        assert.ok(rules.videoProviders.includes(choice.videoProvider));
        assert.ok(capabilities.aspectRatios.includes(choice.aspectRatio));
        assert.ok(choice.background === null || capabilities.backgrounds);
        assert.ok(choice.avatarId === null || capabilities.avatars);
        assert.ok(OURS.includes(choice.presenter));
      }),
      { numRuns: 1_000 },
    );
    assert.ok(accepted > 20, `${accepted} wishes were accepted`);
  });
});
