import { EncodedPacketSink, FilePathSource, Input, MP4, type InputTrack } from 'mediabunny';
import { AppError } from '../core/errors.ts';
import { readBoxes } from '../media/mp4-boxes.ts';

/** Vendors let a presenter breathe in before the first word and close the mouth after the last. */
const VENDOR_TOLERANCE_SECONDS = 1;

/** What the file was ordered to be. */
export type ExpectedVideo = {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly durationSeconds: number;
  /** Ours is exact. A vendor's may be longer or shorter by a little, and need not begin with what a player asks for first. */
  readonly madeByVendor?: boolean;
};

/** What was found in the file. */
export type DeliverableReport = {
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly audioSampleRateHz: number;
};

/**
 * Reads the finished MP4 as a player would and refuses it unless it is what was ordered: H.264 and AAC, size, frame rate,
 * length of both tracks within one frame, timestamps that only grow, `moov` before `mdat`. Throws AppError `protocol`,
 * because a wrong file is the provider's fault, whoever that is.
 */
export async function checkDeliverable(filePath: string, expected: ExpectedVideo): Promise<DeliverableReport> {
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  const boxes = await readBoxes(filePath);
  expect(boxes.isWhole, 'its end is missing');
  expect(boxes.isFaststart || expected.madeByVendor === true, 'moov does not come before mdat');
  using input = new Input({ source: new FilePathSource(filePath), formats: [MP4] });
  const [video, audio] = await readTracks(input);
  const [videoPackets, audioPackets] = [await readTimeline(video), await readTimeline(audio)];
  const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()];
  const frameSeconds = 1 / expected.frameRate;
  const audioSampleRateHz = await audio.getSampleRate();

  expect((await video.getCodec()) === 'avc', `the video codec is ${await video.getCodec()}, not avc`);
  expect((await audio.getCodec()) === 'aac', `the audio codec is ${await audio.getCodec()}, not aac`);
  expect(
    width === expected.width && height === expected.height,
    `the picture is ${width}x${height}, not ${expected.width}x${expected.height}`,
  );
  expect(videoPackets.isMonotonic, 'the video timestamps do not only grow');
  expect(audioPackets.isMonotonic, 'the audio timestamps do not only grow');
  const lengths: readonly [string, number][] = [
    ['video', videoPackets.endSeconds],
    ['audio', audioPackets.endSeconds],
  ];
  for (const [name, seconds] of lengths) {
    // AAC comes in packets of 1,024 samples, so its end may lie up to a packet after the speech's.
    const toleranceSeconds = expected.madeByVendor ? VENDOR_TOLERANCE_SECONDS : frameSeconds + 0.022;
    const isRight = Math.abs(seconds - expected.durationSeconds) <= toleranceSeconds;
    expect(isRight, `the ${name} lasts ${seconds.toFixed(3)} s, not ${expected.durationSeconds.toFixed(3)} s`);
  }
  const frameCount = videoPackets.count;
  const expectedFrames = expected.durationSeconds * expected.frameRate;
  expect(
    Math.abs(frameCount - expectedFrames) <=
      (expected.madeByVendor ? VENDOR_TOLERANCE_SECONDS * expected.frameRate : 1),
    `there are ${frameCount} frames, not ${expectedFrames.toFixed(0)}`,
  );
  if (faults.length > 0) throw wrongFile(faults.join('; '));
  return { durationSeconds: videoPackets.endSeconds, width, height, frameCount, audioSampleRateHz };
}

async function readTracks(input: Input) {
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (video !== null && audio !== null) return [video, audio] as const;
    throw wrongFile(`it has ${video === null ? 'no video' : 'no audio'} track`);
  } catch (error) {
    throw error instanceof AppError ? error : wrongFile('it cannot be read as an MP4', error);
  }
}

async function readTimeline(track: InputTrack) {
  let count = 0;
  let isMonotonic = true;
  let lastSeconds = -Infinity;
  let endSeconds = 0;
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
    count++;
    isMonotonic &&= packet.timestamp > lastSeconds;
    lastSeconds = packet.timestamp;
    endSeconds = packet.timestamp + packet.duration;
  }
  return { count, isMonotonic, endSeconds };
}

function wrongFile(fault: string, cause?: unknown): AppError {
  return new AppError({
    code: 'bad_deliverable',
    kind: 'protocol',
    message: `The finished video is not what was ordered: ${fault}.`,
    cause,
  });
}
