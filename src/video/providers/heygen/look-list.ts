import type { Clock } from '../../../core/clock.ts';
import { videoFailure } from '../../video-failure.ts';
import { VENDOR } from './error-answer.ts';
import type { HeyGenApi } from './heygen-api.ts';
import type { HeyGenLook } from './look-answer.ts';

const KEPT_MILLISECONDS = 10 * 60_000;
const ASK_MILLISECONDS = 15_000;

/** Who can present in this account, asked for at most every ten minutes. */
export type LookList = {
  all(): Promise<readonly HeyGenLook[]>;
  /** Throws `video_unsupported` when the account has nobody. */
  first(): Promise<HeyGenLook>;
};

export function createLookList(options: { readonly api: Pick<HeyGenApi, 'looks'>; readonly clock: Clock }): LookList {
  const { api, clock } = options;
  let kept: { readonly looks: Promise<readonly HeyGenLook[]>; readonly askedAt: number } | undefined;

  const all = (): Promise<readonly HeyGenLook[]> => {
    const now = clock.now();
    if (kept !== undefined && now - kept.askedAt < KEPT_MILLISECONDS) return kept.looks;
    // Whoever asks meanwhile gets this answer too, so it hangs on nobody's signal.
    const asked = { looks: api.looks({ signal: AbortSignal.timeout(ASK_MILLISECONDS) }), askedAt: now };
    kept = asked;
    asked.looks.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked.looks;
  };

  return {
    all,
    async first() {
      const [first] = await all();
      if (first === undefined) throw videoFailure(VENDOR, 'unsupported', 'has no avatar in this account');
      return first;
    },
  };
}
