/**
 * A write came from a worker that no longer holds the job: another one claimed it, it was cancelled, or it has ended.
 * Never shown to users; the worker drops the job silently.
 */
export class FencedError extends Error {
  readonly jobId: string;
  readonly epoch: number;

  constructor(claim: { readonly jobId: string; readonly epoch: number }) {
    super(`Epoch ${claim.epoch} no longer holds job ${claim.jobId}.`);
    this.name = 'FencedError';
    this.jobId = claim.jobId;
    this.epoch = claim.epoch;
  }
}
