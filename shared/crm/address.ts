import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CrmUnreachable } from './http.ts';

/** Names that never lead to a CRM; what they resolve to is checked as well. */
const SPECIAL_NAMES = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|arpa|test|invalid|example|onion)$/;
const HOST_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const SITE_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/;
/** What IANA has given to nobody's private use; the library's other ranges, and those it knows no name for, stay closed. */
const OPEN_RANGE = 'unicast';
/** In no registry of special addresses that the library knows, but routed to the machine or its network all the same. */
const CLOSED = ['168.63.129.16/32', '192.88.99.0/24', '3fff::/20', '5f00::/16', 'fec0::/10', '64:ff9b:1::/48', '2001:20::/28'].map((range) =>
  ipaddr.parseCIDR(range),
);

/** Says whether an address is one of the public internet. An IPv4 address inside an IPv6 one counts as itself where it is plainly mapped; tunnels are closed. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.process(text);
  if (address.range() !== OPEN_RANGE) return false;
  if (address.kind() === 'ipv6' && isCompatible(address)) return false;
  return !CLOSED.some((range) => range[0].kind() === address.kind() && address.match(range));
}

/** ::a.b.c.d, which is deprecated and yet understood by some stacks. */
function isCompatible(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.match(ipaddr.parseCIDR('::/96') as never);
}

/**
 * The address of a request as it may be called: https, a host name with a dot, the usual port, no user in it. Throws CrmUnreachable `address`.
 * What the name leads to is checked where the connection is made.
 */
export function callableUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw refused('it is no URL');
  if (url.protocol !== 'https:') throw refused('only https is allowed');
  if (url.username !== '' || url.password !== '') throw refused('it names a user');
  if (url.port !== '') throw refused('it names a port');
  const host = url.hostname;
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) throw refused('it is an IP address; give the host name');
  if (!HOST_NAME.test(host)) throw refused('it has no host name of the internet');
  if (SPECIAL_NAMES.test(host)) throw refused('it is a name of a private network');
  return url;
}

/** The address of a user's site, without a slash at its end; `suffixes` are the domains it has to be in. Throws CrmUnreachable `address`. */
export function siteOf(text: string, suffixes?: readonly string[]): string {
  // The parser would read a backslash as a slash, and leave out line ends and tabs.
  if (/[\\\s\p{Cc}]/u.test(text.trim())) throw refused('it has a character that does not belong there');
  const url = callableUrl(text.trim());
  if (url.search !== '' || url.hash !== '' || !SITE_PATH.test(url.pathname)) throw refused('it has to end with the host or a plain path');
  if (suffixes !== undefined && !suffixes.some((suffix) => url.hostname.endsWith(`.${suffix}`))) {
    throw refused(`its host has to be in ${suffixes.join(' or ')}`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Throws CrmUnreachable `address` unless every one of the addresses is public: a name with one private address among them is a trap. */
export function assertPublic(addresses: readonly string[]): void {
  if (addresses.length === 0) throw new CrmUnreachable('network', 'the host has no address');
  if (!addresses.every(isPublicAddress)) throw refused('its host leads into a private network');
}

function refused(why: string): CrmUnreachable {
  return new CrmUnreachable('address', `this address is not called: ${why}`);
}
