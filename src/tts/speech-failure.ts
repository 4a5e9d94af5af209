import { createVendorFailures } from '../net/vendor-failure.ts';

const { failure, transportFailure } = createVendorFailures({
  cancelled: { code: 'cancelled' },
  invalid_input: { code: 'speech_refused' },
  unsupported: { code: 'speech_unsupported' },
  auth: { code: 'speech_key_refused' },
  quota: { code: 'speech_quota_used_up' },
  rate_limited: { code: 'speech_rate_limited' },
  timeout: { code: 'speech_timeout' },
  unavailable: { code: 'speech_unavailable' },
  protocol: { code: 'speech_unreadable' },
  bad_audio: { code: 'speech_unusable' },
});

/** The AppErrors of vendors of speech. */
export { failure as speechFailure, transportFailure };
