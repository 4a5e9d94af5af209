import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { contrastRatio, cssColor, mixOklch, oklchToRgb, parseHex, rgbToOklch } from './oklch.ts';
import { midnightPalette } from './palette.ts';

const channel = fc.integer({ min: 0, max: 255 });
const anyColor = fc.record({ red: channel, green: channel, blue: channel }, { noNullPrototype: true });

test('known colours have the OKLCH values that CSS Color 4 gives', () => {
  const known = [
    ['#ff0000', 0.628, 0.2577, 29.23],
    ['#00ff00', 0.8664, 0.2948, 142.5],
    ['#0000ff', 0.452, 0.3132, 264.05],
    ['#ffffff', 1, 0, undefined],
  ] as const;
  for (const [hex, lightness, chroma, hue] of known) {
    const color = rgbToOklch(parseHex(hex));
    assert.ok(Math.abs(color.lightness - lightness) < 1e-3, `${hex}: lightness ${color.lightness}`);
    assert.ok(Math.abs(color.chroma - chroma) < 1e-3, `${hex}: chroma ${color.chroma}`);
    if (hue !== undefined) assert.ok(Math.abs(color.hueDegrees - hue) < 0.1, `${hex}: hue ${color.hueDegrees}`);
  }
});

test('every sRGB colour survives the way to OKLCH and back', () => {
  fc.assert(fc.property(anyColor, (color) => assert.deepEqual(oklchToRgb(rgbToOklch(color)), color)));
});

test('a colour outside sRGB keeps lightness and hue and loses chroma', () => {
  const asked = { lightness: 0.7, chroma: 0.4, hueDegrees: 250 };
  const shown = rgbToOklch(oklchToRgb(asked));
  assert.ok(Math.abs(shown.lightness - asked.lightness) < 0.01);
  assert.ok(Math.abs(shown.hueDegrees - asked.hueDegrees) < 2);
  assert.ok(shown.chroma < asked.chroma);
});

test('mixing goes the shorter way round the hue circle and keeps chroma', () => {
  const mixed = mixOklch(
    { lightness: 0.5, chroma: 0.1, hueDegrees: 350 },
    { lightness: 0.7, chroma: 0.1, hueDegrees: 30 },
    0.5,
  );
  assert.ok(Math.abs(mixed.hueDegrees - 10) < 1e-9, `hue ${mixed.hueDegrees}`);
  assert.ok(Math.abs(mixed.chroma - 0.1) < 1e-9);
});

test('a grey end takes the hue of the other, so that no third colour appears', () => {
  const blue = { lightness: 0.5, chroma: 0.2, hueDegrees: 260 };
  const mixed = mixOklch({ lightness: 1, chroma: 0, hueDegrees: 90 }, blue, 0.3);
  assert.equal(mixed.hueDegrees, 260);
});

test('contrast is that of WCAG', () => {
  assert.equal(contrastRatio(parseHex('#000000'), parseHex('#ffffff')), 21);
  assert.ok(Math.abs(contrastRatio(parseHex('#777777'), parseHex('#ffffff')) - 4.48) < 0.01);
});

test('every text colour of the palette is readable on the colours it is used on', () => {
  const palette = midnightPalette();
  const pairs = [
    [palette.text, palette.backgroundDeep],
    [palette.text, palette.surface],
    [palette.mutedText, palette.surface],
    [palette.textOnAccent, palette.accent],
  ] as const;
  for (const [text, ground] of pairs) {
    assert.ok(contrastRatio(text, ground) >= 4.5, `${cssColor(text)} on ${cssColor(ground)}`);
  }
});

test('a colour that is not written #rrggbb is refused', () => {
  assert.throws(() => parseHex('#fff'), /#rrggbb; got "#fff"/);
});
