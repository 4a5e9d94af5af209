import { registerAacEncoder } from '@mediabunny/aac-encoder';
import {
  AudioSample,
  AudioSampleSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  FilePathTarget,
  Mp4OutputFormat,
  Output,
  Quality,
} from 'mediabunny';
import type { Pcm } from '../../media/pcm.ts';
import { avcCodecString } from './avc-codec-string.ts';
import type { EncodedSegment } from './segment-renderer.ts';

/** The sound of every MP4: what players and editors expect beside H.264. */
export const OUTPUT_SAMPLE_RATE_HZ = 48_000;
const AUDIO_BITS_PER_SECOND = 96_000;

/**
 * FFmpeg's AAC encoder delays the sound by one frame of 1,024 samples. The first packet therefore starts before zero; the
 * muxer writes an edit list that trims it, and the speech stays in step with the picture.
 */
const AAC_DELAY_SAMPLES = 1_024;
/** Fed to the encoder at a time, so that one message does not hold a whole speech. */
const AUDIO_CHUNK_SAMPLES = 48_000;

export type Mp4Options = {
  readonly filePath: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly title: string;
};

/**
 * One MP4 file: H.264 and AAC-LC, `moov` before `mdat`. Video segments and sound may be added at the same time; segments in
 * order. `finish` completes the file, `discard` closes it unfinished.
 */
export async function createMp4Writer(options: Mp4Options) {
  registerAacEncoder();
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: 'in-memory' }),
    target: new FilePathTarget(options.filePath),
  });
  const video = new EncodedVideoPacketSource('avc');
  const audio = new AudioSampleSource({ codec: 'aac', quality: new Quality({ bitrate: AUDIO_BITS_PER_SECOND }) });
  output.addVideoTrack(video, { frameRate: options.frameRate });
  output.addAudioTrack(audio);
  output.setMetadataTags({ title: options.title });
  await output.start();

  let firstPacket = true;
  return {
    async addSegment(segment: EncodedSegment): Promise<void> {
      let offset = 0;
      for (const [position, bytes] of segment.frameBytes.entries()) {
        const timestampSeconds = (segment.firstFrame + position) / options.frameRate;
        const data = segment.data.subarray(offset, offset + bytes);
        const packet = new EncodedPacket(
          data,
          position === 0 ? 'key' : 'delta',
          timestampSeconds,
          1 / options.frameRate,
        );
        await video.add(packet, firstPacket ? { decoderConfig: decoderConfig(data, options) } : undefined);
        firstPacket = false;
        offset += bytes;
      }
    },

    /** Mono PCM at OUTPUT_SAMPLE_RATE_HZ; sample 0 is heard at time 0. */
    async addSpeech(pcm: Pcm, signal: AbortSignal): Promise<void> {
      if (pcm.sampleRateHz !== OUTPUT_SAMPLE_RATE_HZ) {
        throw new RangeError(`The sound must have ${OUTPUT_SAMPLE_RATE_HZ} samples a second; got ${pcm.sampleRateHz}.`);
      }
      for (let start = 0; start < pcm.samples.length; start += AUDIO_CHUNK_SAMPLES) {
        signal.throwIfAborted();
        const sample = new AudioSample({
          data: pcm.samples.slice(start, start + AUDIO_CHUNK_SAMPLES),
          format: 'f32',
          numberOfChannels: 1,
          sampleRate: OUTPUT_SAMPLE_RATE_HZ,
          timestamp: (start - AAC_DELAY_SAMPLES) / OUTPUT_SAMPLE_RATE_HZ,
        });
        await audio.add(sample);
        sample.close();
      }
      audio.close();
    },

    async finish(): Promise<void> {
      video.close();
      await output.finalize();
    },

    async discard(): Promise<void> {
      await output.cancel();
    },
  };
}

function decoderConfig(keyframe: Uint8Array, options: Mp4Options) {
  return {
    codec: avcCodecString(keyframe),
    codedWidth: options.width,
    codedHeight: options.height,
    colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
  } as const;
}
