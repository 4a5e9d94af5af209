import { amaraHair } from './amara-hair.ts';
import { curve } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { PresenterDesign } from './presenter-design.ts';

/** A woman in her thirties; warm brown skin, wavy dark hair parted off the middle and tucked behind one ear. */
export function amara(): PresenterDesign {
  return {
    palette: {
      skin: { highlight: '#f2c59c', light: '#d8a073', base: '#bf8459', shade: '#925242', deep: '#5f3038' },
      blush: '#c25d4c',
      rim: '#cfdcff',
      hairRim: '#8fa6d8',
      lips: { upper: '#8c403d', lower: '#b3605a', light: '#eab0a2', line: '#4d1d25' },
      mouth: { dark: '#2a0d14', tongue: '#9c4a4c', tongueLight: '#c4716c', teeth: '#f7efe4', teethShade: '#b39d95' },
      eye: {
        sclera: '#e9e0d8',
        scleraShade: '#a99696',
        iris: '#5b3420',
        irisLight: '#a8703c',
        ring: '#24110f',
        pupil: '#0d0606',
        lash: '#1c0e10',
        lid: '#a8664a',
        corner: '#b7695c',
      },
      brow: '#2c1816',
      hair: { highlight: '#96684b', light: '#5d3b31', base: '#331f20', shade: '#24151a', deep: '#160d13' },
      jacket: { highlight: '#b8646f', light: '#914654', base: '#743243', shade: '#4c2033', deep: '#2c1224' },
      top: { highlight: '#fbf3e6', light: '#efe2d2', base: '#e0d0be', shade: '#b09a92', deep: '#745f68' },
      metal: { highlight: '#fff3cf', light: '#f0c873', base: '#c58d3f', shade: '#7d4f26', deep: '#4d2c1c' },
    },
    hair: amaraHair(),
    face: {
      outline: curve(
        [
          [0, -152],
          [58, -140],
          [94, -98],
          [105, -42, -4],
          [105, -2, 0],
          [103.5, 30, 5],
          [96, 66, 8],
          [83, 104, 14],
          [61, 133, 32],
          [37, 153.5, 55],
          [15, 161.5, 70],
          [-12, 162, 70],
          [-35, 154.5, 55],
          [-60, 134, 32],
          [-82, 104, 14],
          [-95, 66, 8],
          [-103, 30, 5],
          [-104.5, -2, 0],
          [-104, -42, -4],
          [-94, -98],
          [-58, -140],
        ],
        faceDepth,
      ),
      eyeX: 49,
      eyeScale: 1.07,
      mouthY: 100,
      mouthScale: 1.1,
      noseY: 65,
      noseHalfWidth: 22,
    },
  };
}
