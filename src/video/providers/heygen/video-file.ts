import { FilePathSource, Input, MP4 } from 'mediabunny';
import { readBoxes } from '../../../media/mp4-boxes.ts';
import { videoFailure } from '../../video-failure.ts';
import { VENDOR } from './error-answer.ts';

/** Enough to see a steady frame rate. */
const PACKETS = 120;

/** What the file is; throws `protocol` for one that is no MP4 with picture and sound. */
export async function readVideoFile(
  path: string,
): Promise<{ readonly width: number; readonly height: number; readonly frameRate: number }> {
  try {
    if (!(await readBoxes(path)).isWhole) throw new Error('The end of the file is missing.');
    using input = new Input({ source: new FilePathSource(path), formats: [MP4] });
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (video === null || audio === null)
      throw new Error(`The file has no ${video === null ? 'video' : 'audio'} track.`);
    const { averagePacketRate } = await video.computePacketStats(PACKETS);
    const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()];
    return { width, height, frameRate: Math.round(averagePacketRate * 1000) / 1000 };
  } catch (error) {
    throw videoFailure(VENDOR, 'protocol', 'gave a file that cannot be read as a video', { cause: error });
  }
}
