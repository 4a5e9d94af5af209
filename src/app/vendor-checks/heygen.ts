import type { Config } from '../../config/schema.ts';
import type { HttpClient } from '../../net/http-client.ts';
import { createHeyGenApi } from '../../video/providers/heygen/heygen-api.ts';
import type { HeyGenLook } from '../../video/providers/heygen/look-answer.ts';
import { keyEnd, WrongSettingError, type VendorCheck } from './vendor-check.ts';

/** Who makes the picture, unless our engine does. */
export function checkHeyGen(config: Config, { http: httpClient }: { readonly http: HttpClient }): VendorCheck {
  const { heygenApiKey: apiKey, heygenBaseUrl: baseUrl } = config;
  const vendor = 'HeyGen';
  const purpose =
    'It would make the picture instead of our engine: HEYGEN_API_KEY, and VIDEO_PROVIDER=heygen unless requests name it.';
  if (apiKey === null) return { vendor, purpose, access: null };
  return {
    vendor,
    purpose,
    access: {
      address: new URL(baseUrl).host,
      addressVariable: 'HEYGEN_BASE_URL',
      keys: { HEYGEN_API_KEY: apiKey },
      async ask(signal) {
        const api = createHeyGenApi({ httpClient, baseUrl, apiKey });
        const [{ billingType, remaining }, looks] = await Promise.all([api.account({ signal }), api.looks({ signal })]);
        if (remaining !== undefined && remaining <= 0) {
          throw new WrongSettingError('The key is good, but its account is empty: add credit at HeyGen.');
        }
        requireLook(looks, config);
        const left = remaining === undefined ? 'It knows the key' : `It has ${remaining} left`;
        const onlyAsked = 'VIDEO_PROVIDER is engine, so it makes only videos that name it.';
        return {
          detail: `${left} (${billingType}, ${looks.length} looks, ${keyEnd(apiKey)}).`,
          notes: config.videoProvider === 'heygen' ? [] : [onlyAsked],
        };
      },
    },
  };
}

/** The one that presents when nobody names another. */
function requireLook(looks: readonly HeyGenLook[], { heygenAvatarId: id, heygenEngine: engine }: Config): void {
  if (looks.length === 0)
    throw new WrongSettingError('The key is good, but its account has no avatar: make one at HeyGen.');
  const look = id === 'default' ? looks[0] : looks.find((one) => one.id === id);
  if (look === undefined) {
    const rule = `there is no look ${id} among the ${looks.length} of its account`;
    throw new WrongSettingError(`The key is good, but ${rule}: correct HEYGEN_AVATAR_ID.`);
  }
  if (engine === 'default' || look.engines === undefined || look.engines.includes(engine)) return;
  const rule = `the look ${look.id} takes ${look.engines.join(', ')}, not ${engine}`;
  throw new WrongSettingError(`The key is good, but ${rule}: correct HEYGEN_ENGINE or HEYGEN_AVATAR_ID.`);
}
