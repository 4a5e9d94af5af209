import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { registerFonts } from '../src/engine/render/fonts.ts';
import { skiaCanvasHost } from '../src/engine/render/skia-canvas-host.ts';
import { createScene } from '../src/engine/scene/create-scene.ts';

/** Draws the picture of the template that the first page shows before there is a video: `node scripts/render-preview.ts`. */
const WIDTH = 1280;
const HEIGHT = 720;
const FRAME_RATE = 30;
const DURATION_SECONDS = 20;
/** Long after the entrances, when the lower third has gone and the eyes are open. */
const FRAME_INDEX = 14 * FRAME_RATE;
const WEBP_QUALITY = 84;

registerFonts('A');
const scene = createScene(
  {
    template: 'presenter1',
    presenter: 'amara',
    aspectRatio: '16:9',
    width: WIDTH,
    height: HEIGHT,
    frameRate: FRAME_RATE,
    durationSeconds: DURATION_SECONDS,
    language: 'en',
    title: '',
    lowerThird: { name: '', role: '' },
    captions: { burned: false, style: 'highlight' },
    captionWords: [],
    captionGroups: [],
    alignment: {
      words: [],
      phonemes: [{ phoneme: 'sil', startSeconds: 0, endSeconds: DURATION_SECONDS, stressed: false }],
    },
    energy: { stepSeconds: 0.01, values: new Float32Array(DURATION_SECONDS * 100) },
    seed: 42,
  },
  skiaCanvasHost,
);
const canvas = createCanvas(WIDTH, HEIGHT);
scene.draw(canvas.getContext('2d'), FRAME_INDEX, { x: 0, y: 0, width: WIDTH, height: HEIGHT });
const target = path.join(import.meta.dirname, '../web/presenter1.webp');
await writeFile(target, await canvas.encode('webp', WEBP_QUALITY));
console.log(`${target} written`);
