import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VISEMES, type MouthState, type Viseme } from '../../lip-sync/viseme.ts';
import { mouthShape, type MouthShape } from './mouth-shape.ts';

function saying(weights: Partial<Record<Viseme, number>>, jaw: number): MouthState {
  return { weights: Float32Array.from(VISEMES, (viseme) => weights[viseme] ?? 0), jaw };
}

function aperture(viseme: Viseme, jaw = 1, smile = 0): number {
  return mouthShape(saying({ [viseme]: 1 }, jaw), smile).aperture;
}

function points(shape: MouthShape): number[] {
  return [
    shape.cornerLeft,
    shape.cornerRight,
    ...shape.upperOuter,
    ...shape.upperInner,
    ...shape.lowerInner,
    ...shape.lowerOuter,
  ].flat();
}

const jaws = fc.double({ min: 0, max: 1.2, noNaN: true });
const smiles = fc.double({ min: 0, max: 1, noNaN: true });
const mixtures = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: VISEMES.length, maxLength: VISEMES.length })
  .filter((weights) => weights.some((weight) => weight > 0.01))
  .map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return Float32Array.from(weights, (weight) => weight / total);
  });

test('for p, b and m the lips touch along their whole length, whatever the smile', () => {
  fc.assert(
    fc.property(smiles, jaws, (smile, jaw) => {
      const shape = mouthShape(saying({ PP: 1 }, jaw), smile);
      assert.equal(shape.aperture, 0);
      shape.lowerInner.forEach(([, y], index) => assert.equal(y, shape.upperInner[index]![1]));
    }),
  );
});

test('pressed lips are thinner than resting lips', () => {
  const height = (viseme: Viseme) => {
    const shape = mouthShape(saying({ [viseme]: 1 }, 0), 0);
    return shape.lowerOuter[1]![1] - shape.upperOuter[2]![1];
  };
  assert.ok(height('PP') < height('sil') * 0.75, `${height('PP')} is not thinner than ${height('sil')}`);
});

test('silence is closed, f is nearly closed, a and o are wide open', () => {
  assert.equal(aperture('sil'), 0);
  assert.ok(aperture('FF') > 0 && aperture('FF') < 0.12, `FF ${aperture('FF')}`);
  assert.ok(aperture('aa') > 0.4, `aa ${aperture('aa')}`);
  assert.ok(aperture('O') > 0.3, `O ${aperture('O')}`);
  for (const viseme of VISEMES) assert.ok(aperture(viseme) <= aperture('aa'), `${viseme} is wider than aa`);
});

test('rounded vowels are narrow and spread vowels wide', () => {
  const width = (viseme: Viseme) => mouthShape(saying({ [viseme]: 1 }, 1), 0).cornerRight[0];
  assert.ok(width('U') < width('O') && width('O') < width('aa') && width('aa') < width('E') && width('E') < width('I'));
});

test('an open a opens further with the jaw', () => {
  fc.assert(
    fc.property(jaws, jaws, (one, other) => {
      fc.pre(other - one > 1e-6);
      assert.ok(aperture('aa', one) < aperture('aa', other));
    }),
  );
});

test('the lips never cross, and the drawn gap is the reported aperture', () => {
  fc.assert(
    fc.property(mixtures, jaws, smiles, (weights, jaw, smile) => {
      const shape = mouthShape({ weights, jaw }, smile);
      const gaps = shape.lowerInner.map(([, y], index) => y - shape.upperInner[index]![1]);
      for (const gap of gaps) assert.ok(gap >= -1e-9, `gap ${gap}`);
      assert.ok(Math.abs(Math.max(...gaps) / 68 - shape.aperture) < 1e-6);
      assert.ok(shape.upperOuter[2]![1] < shape.upperInner[2]![1], 'the upper lip has no height');
      assert.ok(shape.lowerOuter[1]![1] > shape.lowerInner[2]![1], 'the lower lip has no height');
    }),
  );
});

test('a small change of the weights moves every control point a little', () => {
  fc.assert(
    fc.property(mixtures, mixtures, jaws, (from, to, jaw) => {
      const step = 0.01;
      const near = from.map((weight, index) => weight + (to[index]! - weight) * step);
      const before = points(mouthShape({ weights: from, jaw }, 0));
      const after = points(mouthShape({ weights: near, jaw }, 0));
      before.forEach((value, index) => {
        assert.ok(Math.abs(value - after[index]!) < 1, `point ${index} jumps from ${value} to ${after[index]}`);
      });
    }),
  );
});

test('a smile lifts and widens the corners', () => {
  const neutral = mouthShape(saying({ sil: 1 }, 0), 0);
  const smiling = mouthShape(saying({ sil: 1 }, 0), 1);
  assert.ok(smiling.cornerRight[0] > neutral.cornerRight[0]);
  assert.ok(smiling.cornerRight[1] < neutral.cornerRight[1]);
});
