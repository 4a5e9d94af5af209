/** The files of a video, by extension. */
export type VideoFile = 'mp4' | 'srt' | 'vtt' | 'wav' | 'png';

export type Links = {
  status(videoId: string): string;
  events(videoId: string): string;
  file(videoId: string, file: VideoFile): string;
  /** Speech that belongs to no video, by the hash of its bytes. */
  speech(hash: string): string;
};

/** Links are absolute when the server knows its public address, and otherwise relative to the host that was asked. */
export function createLinks(publicUrl: string | null): Links {
  const base = publicUrl ?? '';
  return {
    status: (videoId) => `${base}/video-status/${encodeURIComponent(videoId)}`,
    events: (videoId) => `${base}/jobs/${encodeURIComponent(videoId)}/events`,
    file: (videoId, file) => `${base}/videos/${encodeURIComponent(videoId)}.${file}`,
    speech: (hash) => `${base}/speech/${hash}.wav`,
  };
}
