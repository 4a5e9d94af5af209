import { meetsHeyGenFault, type HeyGenFault } from '../../src/simulators/heygen/faults.ts';
import { isMetBy, type S3Fault } from '../../src/simulators/s3-faults.ts';
import type { RecordedRequest } from '../../src/simulators/simulator.ts';
import type { Arrangement } from './arrangements.ts';
import { CAUSES } from './causes.ts';
import type { PlannedFault } from './fault-queue.ts';
import type { OfEachVendor, Vendor } from './vendors.ts';

/** One fault at one call of one job. */
export type FaultCase = PlannedFault & { readonly arrangement: Arrangement; readonly vendor: Vendor };

/** A job deletes nothing; who tidies up after it does. */
export function isOfCleanUp({ vendor, scenario }: Pick<FaultCase, 'vendor' | 'scenario'>): boolean {
  return vendor === 's3' && scenario === 'delete-errors';
}

/** What a job asks each vendor for when nothing goes wrong. */
export type RecordedCalls = OfEachVendor<readonly RecordedRequest[]>;

/** Every fault of the arrangement's vendors at every call that can meet it, once and from then on. */
export function casesOf(arrangement: Arrangement, recorded: RecordedCalls): readonly FaultCase[] {
  return arrangement.faulty.flatMap((vendor) =>
    Object.keys(CAUSES[vendor]).flatMap((scenario) =>
      positionsOf(vendor, scenario, recorded[vendor], arrangement).flatMap((position) =>
        [false, true].map((isLasting) => ({ arrangement, vendor, scenario, position, isLasting })),
      ),
    ),
  );
}

/** Large files are only of interest where they are uploaded in parts. */
function positionsOf(
  vendor: Vendor,
  scenario: string,
  requests: readonly RecordedRequest[],
  { largeBytes }: Arrangement,
): readonly number[] {
  if (isOfCleanUp({ vendor, scenario })) return [1];
  return requests
    .filter((request) => meets(vendor, scenario, request))
    .flatMap(({ target }, index) => (largeBytes === 0 || /[?&]upload(?:s|Id)=/.test(target) ? [index + 1] : []));
}

function meets(vendor: Vendor, scenario: string, request: RecordedRequest): boolean {
  const { pathname: path, searchParams: query } = new URL(request.target, 'http://simulator');
  if (vendor === 's3') return isMetBy(scenario as S3Fault, { method: request.method, query });
  if (vendor !== 'heygen') return true;
  const { signal } = new AbortController();
  return meetsHeyGenFault(scenario as HeyGenFault, { ...request, path, query, signal, bytes: Buffer.alloc(0) });
}

export function describeCase({ arrangement, vendor, scenario, position, isLasting }: FaultCase): string {
  return `${arrangement.name}: ${vendor} ${scenario} at call ${position}${isLasting ? ' and all after it' : ''}`;
}
