import { BlockList, isIP } from 'node:net';

/**
 * `public` may be called on behalf of anyone. `private` is this machine or its own network. `blocked` is never a host that
 * somebody runs for us: link-local with the metadata services of clouds, carrier networks, multicast, documentation, tunnels.
 */
export type AddressClass = 'public' | 'private' | 'blocked';

const PRIVATE_IPV4 = subnets('ipv4', ['10.0.0.0/8', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);

/** The special-purpose registry of IANA, multicast and what is reserved; the last is the metadata address of Azure. */
const BLOCKED_IPV4 = subnets('ipv4', [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
]);

const PRIVATE_IPV6 = subnets('ipv6', ['::1/128', 'fc00::/7']);

/** The metadata addresses of AWS and of Google Cloud lie in networks that are private. */
const METADATA_IPV6 = subnets('ipv6', ['fd00:ec2::/32', 'fd20:ce::254/128']);

/** All else is not routed to hosts, or is not assigned yet. */
const GLOBAL_IPV6 = subnets('ipv6', ['2000::/3']);

/** In the global range: protocols and Teredo, documentation, 6to4. The tunnels can carry any IPv4 address. */
const BLOCKED_IPV6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** `::ffff:0:0/96` (mapped) and `64:ff9b::/96` (NAT64): the last 32 bits are the IPv4 address that is really called. */
const EMBEDDING_PREFIXES: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0xffff],
  [0x64, 0xff9b, 0, 0, 0, 0],
];

/** Whatever is not a plain IPv4 or IPv6 address, one with a zone included, is `blocked`. */
export function classifyAddress(address: string): AddressClass {
  const family = isIP(address);
  if (family === 4) return classifyIpv4(address);
  const groups = family === 6 ? readGroups(address) : undefined;
  if (groups === undefined) return 'blocked';
  if (EMBEDDING_PREFIXES.some((prefix) => prefix.every((group, index) => group === groups[index]))) {
    const [high = 0, low = 0] = groups.slice(6);
    return classifyIpv4([high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'));
  }
  if (METADATA_IPV6.check(address, 'ipv6')) return 'blocked';
  if (PRIVATE_IPV6.check(address, 'ipv6')) return 'private';
  return GLOBAL_IPV6.check(address, 'ipv6') && !BLOCKED_IPV6.check(address, 'ipv6') ? 'public' : 'blocked';
}

function classifyIpv4(address: string): AddressClass {
  if (BLOCKED_IPV4.check(address, 'ipv4')) return 'blocked';
  return PRIVATE_IPV4.check(address, 'ipv4') ? 'private' : 'public';
}

/** The eight numbers of an IPv6 address; undefined for one with a zone. */
function readGroups(address: string): readonly number[] | undefined {
  // The URL parser writes every address in one way, and refuses zones.
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return undefined;
  const [head = '', tail] = canonical.split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = read(head);
  const behind = tail === undefined ? [] : read(tail);
  return [...before, ...Array<number>(8 - before.length - behind.length).fill(0), ...behind];
}

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
