import { vendorCode } from '../../../net/vendor-failure.ts';
import { videoFailure } from '../../video-failure.ts';
import { VENDOR } from './error-answer.ts';
import { jsonObject } from './json-object.ts';

export type HeyGenAccount = {
  /** `wallet`, `subscription` or `usage_based`. */
  readonly billingType: string;
  /** Dollars of a wallet, credits of a subscription; undefined when the account does not say. */
  readonly remaining: number | undefined;
};

/** The documentation names the objects and not their fields, so any of these is taken. */
const REMAINING = ['remaining_balance', 'remaining_credits', 'remaining', 'balance'];

/** `data` of `GET /v3/users/me`; the object that `billing_type` names holds what is left. Throws AppError `video_unreadable`. */
export function readAccount(data: unknown): HeyGenAccount {
  const account = jsonObject(data);
  const billingType = vendorCode(account['billing_type']);
  if (billingType === undefined)
    throw videoFailure(VENDOR, 'protocol', 'must say how its account is billed, and did not');
  const billing = jsonObject(account[billingType]);
  const remaining = REMAINING.map((name) => billing[name]).find((value) => typeof value === 'number');
  return { billingType, remaining };
}
