import { BlockList, isIP } from 'node:net';
import type { Tracing } from '../../platform/tracing.js';

/** @param networks addresses, and networks by CIDR, as `TRACEPARENT_FROM` has them */
export function believedCallers(networks: readonly string[]): Tracing['believes'] {
  const known = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    if (length === undefined) known.addAddress(address, familyOf(address));
    else known.addSubnet(address, Number(length), familyOf(address));
  }
  return (address) => address !== null && isIP(address) !== 0 && known.check(address, familyOf(address));
}

/** An IPv4 address that is written as one of IPv6 is found among either. */
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
