import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import * as fc from 'fast-check';
import { assertMatchesGolden } from '../../../test/fixtures/golden.ts';
import { captionGroupsOf, sceneBrief, spokenWords, textOf } from '../../../test/fixtures/scene-brief.ts';
import { registerFonts } from '../render/fonts.ts';
import { skiaCanvasHost } from '../render/skia-canvas-host.ts';
import type { SceneBrief } from './brief.ts';
import { createScene } from './create-scene.ts';
import type { Rectangle } from './geometry.ts';
import { contrastRatio } from './oklch.ts';
import type { Rgb } from './oklch.ts';
import { midnightPalette } from './palette.ts';
import type { Scene } from './scene.ts';

const GOLDEN_FOLDER = join(import.meta.dirname, 'golden');

function sceneOf(brief: SceneBrief): Scene {
  registerFonts(textOf(brief));
  return createScene(brief, skiaCanvasHost);
}

function painterOf(scene: Scene) {
  const context = createCanvas(scene.width, scene.height).getContext('2d');
  const whole = { x: 0, y: 0, width: scene.width, height: scene.height };
  const pixels = (): Uint8ClampedArray => context.getImageData(0, 0, scene.width, scene.height).data;
  return {
    whole(frameIndex: number): Uint8ClampedArray {
      scene.draw(context, frameIndex, whole);
      return pixels();
    },
    changes(frameIndex: number): Uint8ClampedArray {
      for (const rectangle of scene.changedRectangles(frameIndex)) scene.draw(context, frameIndex, rectangle);
      return pixels();
    },
  };
}

/** The first frame at which painting only what changed differs from painting everything, or undefined. */
function firstDifference(brief: SceneBrief, firstFrame: number, frames: number): string | undefined {
  // Two scenes, so that what one remembers from frame to frame cannot hide in the other.
  const partial = painterOf(sceneOf(brief));
  const reference = sceneOf(brief);
  const full = painterOf(reference);
  partial.whole(firstFrame);
  for (let frame = firstFrame + 1; frame < Math.min(firstFrame + frames, reference.frameCount); frame++) {
    if (!Buffer.from(partial.changes(frame).buffer).equals(Buffer.from(full.whole(frame).buffer)))
      return `frame ${frame}`;
  }
  return undefined;
}

test('painting only what changed gives the same bytes as painting whole frames, for every frame', () => {
  assert.equal(firstDifference(sceneBrief(), 0, Infinity), undefined);
});

test('the same holds from any frame on, in any language, with and without title and captions', () => {
  const anyBrief = fc.record({
    title: fc.constantFrom('', 'One', 'كيف ضاعفنا الاحتفاظ بالعملاء', '我们如何在一年内将客户留存率提高一倍'),
    captionWords: fc.constantFrom(
      spokenWords('Short. And then a rather longer sentence follows on, at last.'),
      spokenWords('وصلت نتائج الربع الثالث من OpenAI Platform 2026 وهي تروي قصة.'),
      spokenWords('我们的季度数据已经出来了。', 0.4, ''),
    ),
    captions: fc.constantFrom(
      { burned: true, style: 'highlight' } as const,
      { burned: false, style: 'highlight' } as const,
    ),
    durationSeconds: fc.constantFrom(0.4, 1.4, 9),
    seed: fc.integer({ min: 0, max: 99 }),
  });
  fc.assert(
    fc.property(anyBrief, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (overrides, share) => {
      const brief = sceneBrief(overrides);
      const start = Math.floor(share * brief.durationSeconds * brief.frameRate);
      assert.equal(firstDifference(brief, start, 12), undefined);
    }),
    { numRuns: 12 },
  );
});

test('a scene paints nothing outside the rectangle it is asked for', () => {
  const scene = sceneOf(sceneBrief());
  const context = createCanvas(scene.width, scene.height).getContext('2d');
  scene.draw(context, 30, { x: 100, y: 60, width: 80, height: 40 });
  const { data } = context.getImageData(0, 0, scene.width, scene.height);
  for (let pixel = 0; pixel < scene.width * scene.height; pixel++) {
    const x = pixel % scene.width;
    const y = Math.floor(pixel / scene.width);
    const inside = x >= 100 && x < 180 && y >= 60 && y < 100;
    assert.equal(data[pixel * 4 + 3], inside ? 255 : 0, `pixel ${x},${y}`);
  }
});

test('in the steady state only the presenter and the captions change', () => {
  const brief = sceneBrief({ durationSeconds: 12, captionGroups: [] });
  const scene = sceneOf(brief);
  const changed = scene.changedRectangles(300);
  assert.equal(changed.filter(isLarge).length, 1);
  const share = changed.reduce((sum, { width, height }) => sum + width * height, 0) / (scene.width * scene.height);
  assert.ok(share < 0.4, `${(share * 100).toFixed(0)} % of the frame changes`);
});

test('the first frame is painted whole; frames outside the video are refused', () => {
  const scene = sceneOf(sceneBrief());
  assert.equal(scene.frameCount, 60);
  assert.deepEqual(scene.changedRectangles(0), [{ x: 0, y: 0, width: 480, height: 270 }]);
  assert.throws(() => scene.changedRectangles(60), /whole number from 0 to 59; got 60/);
});

test('the mouth that is drawn opens and closes with the speech', () => {
  const scene = sceneOf(sceneBrief());
  const apertures = Array.from({ length: scene.frameCount }, (_, frame) => scene.mouthAperture(frame));
  assert.ok(Math.max(...apertures) > 0.1);
  assert.equal(Math.min(...apertures), 0);
});

/** Where two pictures differ: the box, and every pixel's colour in the first. */
function difference(before: Uint8ClampedArray, after: Uint8ClampedArray, width: number) {
  const grounds: Rgb[] = [];
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let index = 0; index < before.length; index += 4) {
    const [red, green, blue] = [before[index] ?? 0, before[index + 1] ?? 0, before[index + 2] ?? 0];
    if (red === after[index] && green === after[index + 1] && blue === after[index + 2]) continue;
    grounds.push({ red, green, blue });
    const x = (index / 4) % width;
    const y = Math.floor(index / 4 / width);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return { grounds, box };
}

function isLarge(rectangle: Rectangle): boolean {
  return rectangle.width * rectangle.height > 10_000;
}

function lowestContrast(text: Rgb, grounds: readonly Rgb[]): number {
  return grounds.reduce((lowest, ground) => Math.min(lowest, contrastRatio(text, ground)), 21);
}

test('captions have a contrast of 4.5 to all that is behind them, and keep clear of the mouth', () => {
  const captionWords = spokenWords(
    'Extraordinarily wide captions reach over everything behind them, everywhere, always, here.',
    0,
  );
  const shared = { width: 960, height: 540, captionWords };
  const frame = 3;
  for (const title of ['', 'A title']) {
    const scene = sceneOf(sceneBrief({ ...shared, title }));
    const silentWords = captionWords.map((word) => Object.assign({}, word, { text: '' }));
    const blank = sceneOf(sceneBrief({ ...shared, title, captionWords: silentWords }));
    const ground = painterOf(blank).whole(frame);
    const { grounds, box } = difference(ground, painterOf(scene).whole(frame), scene.width);
    assert.ok(grounds.length > 5000, `only ${grounds.length} pixels of text were found`);
    const lowest = lowestContrast(midnightPalette().text, grounds);
    assert.ok(lowest >= 4.5, `contrast ${lowest.toFixed(2)}`);
    assert.ok(box.top > 0.78 * scene.height, `captions begin at ${box.top} of ${scene.height}`);
    assert.ok(box.left >= 0.05 * scene.width && box.right <= 0.95 * scene.width && box.bottom <= 0.95 * scene.height);
  }
});

test('the title has a contrast of 4.5 to all that is behind it, and keeps clear of the face', () => {
  const titles = [
    'Meeting people where they are',
    'How a very long title about responsibilities and accountability behaves here',
  ];
  for (const title of titles) {
    const brief = sceneBrief({ width: 960, height: 540, title, captionGroups: [], lowerThird: { name: '', role: '' } });
    const scene = sceneOf(brief);
    const figureLeft = Math.min(
      ...Array.from({ length: 30 }, (_, index) => scene.changedRectangles(30 + index))
        .flat()
        .filter(isLarge)
        .map((rectangle) => rectangle.x),
    );
    const painter = painterOf(scene);
    const before = painter.whole(0);
    const after = painter.whole(50);
    // What moves of the presenter and of the lights above is put back, so that only the title differs.
    for (let y = 0; y < scene.height; y++) {
      const row = y * scene.width * 4;
      const start = y < scene.height * 0.12 ? row : row + figureLeft * 4;
      after.set(before.subarray(start, row + scene.width * 4), start);
    }
    const { grounds, box } = difference(before, after, scene.width);
    assert.ok(grounds.length > 3000, `only ${grounds.length} pixels of text were found`);
    const lowest = lowestContrast(midnightPalette().text, grounds);
    assert.ok(lowest >= 4.5, `contrast ${lowest.toFixed(2)}`);
    assert.ok(box.right < 0.56 * scene.width, `the title reaches ${box.right} of ${scene.width}`);
  }
});

test('a brief that makes no sense is refused with the rule and the value', () => {
  const words = spokenWords('one two three');
  const group = { startSeconds: 0, endSeconds: 1, lines: [{ firstWord: 0, lastWord: 3 }] };
  const cases: readonly (readonly [Partial<SceneBrief>, RegExp])[] = [
    [{ width: 481 }, /even numbers of pixels; got 481x270/],
    [{ width: 270, height: 270 }, /16:9; got 270x270/],
    [{ frameRate: 0 }, /frameRate is a positive number; got 0/],
    [{ durationSeconds: NaN }, /durationSeconds is a positive number; got NaN/],
    [{ captionWords: words, captionGroups: [group] }, /words in order out of 3; group 0 has a line from 0 to 3/],
    [{ captionGroups: [{ ...group, lines: [] }] }, /one or two lines; group 0 has 0/],
    [{ captionGroups: [{ ...group, endSeconds: -1 }] }, /follow one another in time; group 0/],
  ];
  for (const [overrides, message] of cases) {
    assert.throws(() => createScene(sceneBrief(overrides), skiaCanvasHost), message);
  }
});

test('frames look as they did when they were last judged', async () => {
  const captionWords = spokenWords(
    'We kept twice as many customers this year, and it began with one simple question.',
    0.3,
  );
  const arabic = spokenWords('وصلت نتائج الربع الثالث وهي تروي قصة واضحة جدا عن وجهتنا القادمة.', 0.3);
  const moments = [
    { name: 'entrance', seconds: 0.3, overrides: {} },
    { name: 'steady', seconds: 2.5, overrides: {} },
    { name: 'no-title', seconds: 7.8, overrides: { title: '' } },
    {
      name: 'arabic',
      seconds: 2.5,
      overrides: {
        language: 'ar',
        title: 'كيف ضاعفنا الاحتفاظ بالعملاء خلال عام',
        lowerThird: { name: 'أمارا أوكافور', role: 'رئيسة أبحاث العملاء' },
        captionWords: arabic,
        captionGroups: captionGroupsOf(arabic),
      },
    },
  ];
  for (const { name, seconds, overrides } of moments) {
    const base = { width: 960, height: 540, durationSeconds: 9, captionWords };
    const scene = sceneOf(sceneBrief({ ...base, ...overrides }));
    const rgba = painterOf(scene).whole(Math.round(seconds * scene.frameRate));
    const picture = { width: scene.width, height: scene.height, rgba };
    await assertMatchesGolden(picture, join(GOLDEN_FOLDER, `${name}.png`), { width: 480, height: 270 });
  }
});
