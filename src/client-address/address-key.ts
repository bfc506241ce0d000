import ipaddr from 'ipaddr.js';
import type { IPv4, IPv6 } from 'ipaddr.js';

const GROUPS_OF_A_64 = 4;

/**
 * The name under which an IP address is counted. IPv4 addresses are counted separately, in every notation
 * (`::ffff:192.0.2.7`, NAT64). IPv6 addresses are counted by /64, because an ordinary subscriber is given at least that
 * many addresses. A port is ignored, since some proxies write one. Text that is not an IP address is its own key.
 */
export function addressKey(address: string): string {
  const text = withoutPort(address.trim()).replace(/%.*$/, '');
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  return ipaddr.IPv6.isValid(text) ? keyOf(ipaddr.IPv6.parse(text)) : text;
}

function keyOf(address: IPv6): string {
  const inner = embedded(address);
  if (inner) return inner.toString();
  const groups = address.parts.slice(0, GROUPS_OF_A_64).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}

/** The IPv4 address inside ::ffff:0:0/96 and the NAT64 prefix 64:ff9b::/96, where one /64 holds every IPv4 address. */
function embedded(address: IPv6): IPv4 | null {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.range() === 'rfc6052' ? new ipaddr.IPv4(address.toByteArray().slice(-4)) : null;
}

/** `192.0.2.7:443` and `[2001:db8::1]:443`; an IPv6 address without brackets is left as it is. */
function withoutPort(text: string): string {
  return /^\[(.*)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
