import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CallRecovery } from '../../src/jobs/provider-call.ts';
import { readLineLedger } from '../support/line-ledger.ts';
import type { Charge, HoldPosition, VendorControl, VendorFaults, VendorMessage } from './vendor-protocol.ts';

const PROGRAM = join(import.meta.dirname, 'vendor-process.ts');
const DEADLINE_MILLISECONDS = 30_000;

export type VendorUnderTest = {
  readonly url: string;
  /** Every charge so far, in order. */
  charges(): readonly Charge[];
  /** The next order of this kind is withheld; resolves `opened` when it is there. */
  hold(kind: CallRecovery, position: HoldPosition): Promise<{ readonly opened: Promise<void> }>;
  release(): Promise<void>;
  /** The next orders of this kind are refused with 429. */
  refuse(kind: CallRecovery, times: number): Promise<void>;
  setFaults(faults: VendorFaults): Promise<void>;
  close(): Promise<void>;
};

/** Starts the vendor in a process of its own: what it was paid for is on disk, whatever happens to those who pay. */
export async function startVendor(folder: string): Promise<VendorUnderTest> {
  const ledgerPath = join(folder, 'charges.jsonl');
  const child = spawn(process.execPath, [PROGRAM, ledgerPath], { stdio: ['pipe', 'pipe', 'inherit'] });
  const started = Promise.withResolvers<string>();
  let opened = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as VendorMessage;
    if ('url' in message) started.resolve(message.url);
    else opened.resolve();
  });
  child.on('exit', () => started.reject(new Error('The vendor ended before it listened.')));
  const url = await started.promise;

  async function tell(control: VendorControl): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MILLISECONDS);
    const answer = await fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(control), signal });
    await answer.body?.cancel();
  }

  return {
    url,
    charges: () => readLineLedger(ledgerPath) as readonly Charge[],
    async hold(kind, position) {
      opened = Promise.withResolvers();
      await tell({ order: 'hold', kind, position });
      return { opened: opened.promise };
    },
    release: () => tell({ order: 'release' }),
    refuse: (kind, times) => tell({ order: 'refuse', kind, times }),
    setFaults: (faults) => tell({ order: 'faults', faults }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
