type Region = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Runs in the browser: test/fixtures/decoded-video.ts puts it there and calls it. */
async function decodeVideoInPage(input: { base64: string; timesSeconds: readonly number[]; region: Region | null }) {
  const bytes = Uint8Array.from(atob(input.base64), (character) => character.codePointAt(0) ?? 0);
  const audio = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(bytes.slice().buffer);
  const video = document.createElement('video');
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }));
  await new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`Chromium cannot play it: ${video.error?.message}`));
    video.addEventListener('loadeddata', resolve, { once: true });
    video.addEventListener('error', fail, { once: true });
  });
  const context = new OffscreenCanvas(16, 16).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('Chromium gave no 2D context.');
  const { x, y, width, height } = input.region ?? { x: 0, y: 0, width: video.videoWidth, height: video.videoHeight };
  const lumas: number[] = [];
  for (const timeSeconds of input.timesSeconds) {
    const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    video.currentTime = timeSeconds;
    await seeked;
    context.drawImage(video, x, y, width, height, 0, 0, 16, 16);
    const { data } = context.getImageData(0, 0, 16, 16);
    let sum = 0;
    for (let index = 0; index < data.length; index += 4) {
      sum += 0.2126 * (data[index] ?? 0) + 0.7152 * (data[index + 1] ?? 0) + 0.0722 * (data[index + 2] ?? 0);
    }
    lumas.push(sum / 256);
  }
  const samples = new Uint8Array(audio.getChannelData(0).slice().buffer);
  let binary = '';
  for (let index = 0; index < samples.length; index += 32_768) {
    binary += String.fromCodePoint(...samples.subarray(index, index + 32_768));
  }
  const { duration: durationSeconds, videoWidth, videoHeight } = video;
  return { durationSeconds, width: videoWidth, height: videoHeight, samples: btoa(binary), lumas };
}

Object.assign(globalThis, { decodeVideoInPage });
