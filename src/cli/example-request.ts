/** The specification's first request: what a newcomer tries, and what the benchmarks time. */
export const EXAMPLE_REQUEST = {
  script: 'Welcome! This is my first real AI video using VibeVoice.',
  template: 'presenter1',
  userId: 'your@email.com',
} as const;
