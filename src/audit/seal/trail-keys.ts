import type { Keyring } from '../../tokens/index.js';
import { type GatewayKeys, readGatewayKeys } from '../verify/index.js';

/**
 * The gateway's public keys for verifying the trail, as they are at each look: a verification takes longer than a rotation, and
 * would else take a seal by the new key for a forged one.
 */
export function createTrailKeys(keyring: Pick<Keyring, 'trailJwks'>): GatewayKeys {
  let read = keyring.trailJwks;
  let keys = readGatewayKeys(read);
  return {
    get(kid) {
      if (keyring.trailJwks !== read) {
        read = keyring.trailJwks;
        keys = readGatewayKeys(read);
      }
      return keys.get(kid);
    },
  };
}
