import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { classifyAddress } from './address-class.ts';

/** Which addresses may be called on behalf of a user. */
export type UrlGuardOptions = {
  /**
   * Also allows http, any port, this machine and private networks: whoever tries the product out has a receiver on his own
   * machine. Never for a server that strangers can ask, because they would reach what stands behind its firewall. Metadata
   * services and all else that `classifyAddress` calls blocked stay refused.
   */
  readonly allowPrivate: boolean;
};

/** The URL may be called, or the rule that it breaks, in words that follow "must", and what of it broke it. */
export type UrlVerdict =
  | { readonly url: URL }
  | { readonly url: null; readonly rule: string; readonly value: string | number };

const LONGEST_URL = 2048;
const LONGEST_VALUE_SHOWN = 200;
/** Below are the services of a network (mail, remote shells, name servers), which must not be spoken to through us. */
const FIRST_FREE_PORT = 1024;
/** Names that no public name server answers for. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|home\.arpa)$/;
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\s\u0000-\u001f\u007f\\]/;

/**
 * What can be said of an URL before anybody is asked for the address of its host: https, at most 2,048 characters, no user
 * name, port 443 or one from 1024 on, and a host that can be public.
 */
export function checkCallableUrl(text: string, { allowPrivate }: UrlGuardOptions): UrlVerdict {
  if (text.length > LONGEST_URL) {
    return refuse(`be at most ${LONGEST_URL} characters`, text.length);
  }
  const url = UNPRINTABLE.test(text) ? null : URL.parse(text);
  if (url === null) return refuse('be an absolute URL without spaces, control characters and backslashes', text);
  const { protocol, hostname, port } = url;
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) {
    return refuse(allowPrivate ? 'begin with https:// or http://' : 'begin with https://', text);
  }
  // The password itself is not sent back.
  if (url.username !== '' || url.password !== '') return refuse('have no user name and no password', hostname);
  if (!allowPrivate && port !== '' && Number(port) < FIRST_FREE_PORT) {
    return refuse(`name port 443 or one from ${FIRST_FREE_PORT} to 65535`, Number(port));
  }
  return isCallableHost(hostname, allowPrivate) ? { url } : refuse('name a public host', hostname);
}

function isCallableHost(hostname: string, allowPrivate: boolean): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) return isCallableAddress(address, allowPrivate);
  const name = hostname.replace(/\.$/, '').toLowerCase();
  if (name === '' || name.split('.').includes('')) return false;
  return allowPrivate || (name.includes('.') && !PRIVATE_NAME.test(name));
}

function isCallableAddress(address: string, allowPrivate: boolean): boolean {
  const addressClass = classifyAddress(address);
  return addressClass === 'public' || (allowPrivate && addressClass === 'private');
}

function refuse(rule: string, value: string | number): UrlVerdict {
  const shown = typeof value === 'string' ? value.slice(0, LONGEST_VALUE_SHOWN).toWellFormed() : value;
  return { url: null, rule, value: shown };
}

/** A host whose address must not be called. The message names the host and not its address, so users may see it. */
export class AddressRefusedError extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(hostname: string) {
    super(`A host must have public addresses only; ${hostname} does not.`);
    this.name = 'AddressRefusedError';
  }
}

/**
 * A `lookup` for sockets. The addresses that it gives are those that it has checked, so a name that is answered differently
 * the second time gains nothing. One bad address among several refuses the name.
 */
export function createGuardedLookup({
  allowPrivate,
  lookup = systemLookup,
}: UrlGuardOptions & { readonly lookup?: LookupFunction }): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [], 0);
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isCallableAddress(address, allowPrivate))) {
        return callback(new AddressRefusedError(hostname), [], 0);
      }
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}

/** For undici's `Agent`: makes connections to addresses that may be called, and to no other. */
export function createGuardedConnector(
  options: UrlGuardOptions & { readonly lookup?: LookupFunction; readonly connectMilliseconds: number },
): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: options.connectMilliseconds,
    lookup: createGuardedLookup(options),
  });
  return (target, callback) => {
    // A socket to a literal address asks no lookup.
    const address = target.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(address) !== 0 && !isCallableAddress(address, options.allowPrivate)) {
      callback(new AddressRefusedError(address), null);
      return;
    }
    connect(target, callback);
  };
}
