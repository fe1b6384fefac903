import type { Identity } from '../domain/identity.js';
import { addressGroup } from './address-group.js';

/**
 * Whose limits a request counts against: the person really acting, so that to impersonate gives nobody more than they have; without a
 * token the address it came from.
 * @param address null where it is not known: all of those share one limit
 */
export function countedAs(identity: Identity, address: string | null): string {
  return identity.kind === 'anonymous' ? countedAddress(address) : `actor:${identity.actor.id}`;
}

/** The same where nobody is signed in yet. */
export function countedAddress(address: string | null): string {
  return `address:${address === null ? 'unknown' : addressGroup(address)}`;
}
