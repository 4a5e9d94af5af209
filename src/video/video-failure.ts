import { createVendorFailures } from '../net/vendor-failure.ts';

const { failure, transportFailure } = createVendorFailures({
  cancelled: { code: 'cancelled' },
  invalid_input: { code: 'video_refused' },
  unsupported: { code: 'video_unsupported' },
  auth: { code: 'video_key_refused' },
  quota: { code: 'video_quota_used_up' },
  rate_limited: { code: 'video_rate_limited' },
  timeout: { code: 'video_timeout' },
  unavailable: { code: 'video_unavailable' },
  protocol: { code: 'video_unreadable' },
});

/** The AppErrors of vendors of video. */
export { failure as videoFailure, transportFailure };
