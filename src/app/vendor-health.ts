import type { Config } from '../config/schema.ts';
import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import type { VendorHealth } from '../http/route-context.ts';
import { hasBucket } from './objects.ts';
import { BUCKET } from './vendor-watch.ts';

const OPENAI = 'openai';

/** What is known of those who edit, draw and store; nobody is asked. `editorBreakers` is undefined when nobody edits. */
export function describeVendors(
  config: Config,
  { record, editorBreakers }: { readonly record: VendorRecord; readonly editorBreakers: CircuitBreakers | undefined },
): VendorHealth {
  const outcomeOf = (vendor: string) => {
    const { state, lastFailure } = record.read(vendor);
    return { state, last_failure: lastFailure };
  };
  const ours = { state: 'ok', last_failure: null } as const;
  const { videoProvider, videoFallback } = config;
  const isRemote = videoProvider !== 'engine';
  return {
    video: {
      provider: videoProvider,
      ...(isRemote ? outcomeOf(videoProvider) : ours),
      fallback: isRemote && videoFallback === 'engine' ? 'engine' : null,
    },
    storage: hasBucket(config) ? { kind: 'bucket', ...outcomeOf(BUCKET) } : { kind: 'folder', ...ours },
    enhancement: {
      available: editorBreakers !== undefined && editorBreakers.status(OPENAI).phase !== 'open',
      ...outcomeOf(OPENAI),
    },
  };
}
