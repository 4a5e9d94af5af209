import { createCanvas } from '@napi-rs/canvas';
import { parentPort } from 'node:worker_threads';
import { createScene } from '../scene/create-scene.ts';
import type { SceneBrief } from '../scene/brief.ts';
import { createPresenter, type Presenter } from '../scene/presenter/presenter.ts';
import type { Scene } from '../scene/scene.ts';
import { createOwnEncoder } from './encoders/own.ts';
import { FINISHED_FRAMES, GIVE_UP, type FromRenderWorker, type ToRenderWorker } from './render-messages.ts';
import { registerFonts } from './fonts.ts';
import { createSegmentRenderer } from './segment-renderer.ts';
import { skiaCanvasHost } from './skia-canvas-host.ts';
import { FRAME_QUANTISER, KEYFRAME_QUANTISER } from './quality.ts';

if (parentPort === null) throw new Error('render-tasks.ts runs only in a worker thread of the render pool.');
const port = parentPort;

type OpenRender = {
  readonly renderId: number;
  readonly scene: Scene;
  readonly renderer: ReturnType<typeof createSegmentRenderer>;
};

let open: OpenRender | undefined;

port.on('message', (message: ToRenderWorker) => void handle(message));

async function handle({ renderId, brief, task, counters }: ToRenderWorker): Promise<void> {
  try {
    if (brief !== undefined) open = await openRender(renderId, brief);
    if (open?.renderId !== renderId) throw new Error(`A task of render ${renderId} arrived before its brief.`);
    if (task.type === 'still') {
      const png = await drawStill(open.scene, task.frameIndex);
      send({ type: 'still', png }, [png.buffer]);
      return;
    }
    const segment = await open.renderer.render(task.segment, () => {
      Atomics.add(counters, FINISHED_FRAMES, 1);
      return Atomics.load(counters, GIVE_UP) === 0;
    });
    if (segment === undefined) send({ type: 'given_up' });
    else send({ type: 'segment', segment }, [segment.data.buffer]);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    send({ type: 'failed', message: error.message, stack: error.stack ?? '' });
  }
}

function send(message: FromRenderWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

const presenters = new Map<string, Presenter>();

/** A presenter looks the same in every video of a size, so each worker makes it once. */
function presenterOf(...[id, host, options]: Parameters<typeof createPresenter>): Presenter {
  const key = `${id} ${options.frameHeight}`;
  const known = presenters.get(key) ?? createPresenter(id, host, options);
  presenters.set(key, known);
  return known;
}

async function openRender(renderId: number, brief: SceneBrief): Promise<OpenRender> {
  registerFonts(textOf(brief));
  const scene = createScene(brief, skiaCanvasHost, presenterOf);
  const encoder = await createOwnEncoder({
    width: scene.width,
    height: scene.height,
    frameRate: scene.frameRate,
    keyframeQuantiser: KEYFRAME_QUANTISER,
    frameQuantiser: FRAME_QUANTISER,
  });
  return { renderId, scene, renderer: createSegmentRenderer(scene, encoder) };
}

/** PNG is slow (0.6 s at full size), and a poster is looked at in a player or a list. */
const STILL_SCALE = 2 / 3;

async function drawStill(scene: Scene, frameIndex: number): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = scene;
  const frame = createCanvas(width, height);
  scene.draw(frame.getContext('2d'), frameIndex, { x: 0, y: 0, width, height });
  const still = createCanvas(Math.round(width * STILL_SCALE), Math.round(height * STILL_SCALE));
  const context = still.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(frame, 0, 0, still.width, still.height);
  return Uint8Array.from(await still.encode('png'));
}

function textOf(brief: SceneBrief): string {
  const { name, role } = brief.lowerThird;
  return [brief.title, name, role, ...brief.captionWords.map((word) => word.text)].join(' ');
}
