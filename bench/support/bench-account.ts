/** Whose bucket the benchmarks use. */
export const BENCH_ACCOUNT = {
  accessKey: 'simulated-access-key',
  secretKey: 'simulated-secret-key',
  region: 'us-east-1',
  bucket: 'ai-videos',
};
