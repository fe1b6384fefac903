import { LRUCache } from 'lru-cache';
import type { RequestFacts } from '../domain/request-facts.js';
import { type ErrorCode, GatewayError } from '../errors/index.js';
import type { Clock } from '../platform/clock.js';
import type { EdgeMetrics } from '../platform/edge-metrics.js';
import { type AddressTrust, countedAddress, mayVerify, noteRefused } from '../policy/index.js';

/** Keeps whoever sends bad credentials without end from having each of them verified. */
export interface CredentialGate {
  /** @throws GatewayError RATE_LIMITED where a credential that is new here is not verified now */
  admit(request: RequestFacts): void;
  refused(code: ErrorCode, request: RequestFacts): void;
}

export interface CredentialGateOptions {
  /** Refused credentials of one address within a minute before it is slowed; 0: it never is. */
  readonly perMinute: number;
  readonly clock: Clock;
  readonly metrics: Pick<EdgeMetrics, 'limited'>;
  readonly onRefused: (code: ErrorCode, request: RequestFacts) => void;
}

/** Addresses that are kept count of; those not heard of for longest are forgotten first. */
const MOST = 10_000;

export function createCredentialGate({ perMinute, clock, metrics, onRefused }: CredentialGateOptions): CredentialGate {
  const addresses = new LRUCache<string, AddressTrust>({ max: MOST });
  return {
    admit({ ipAddress }) {
      if (addresses.size === 0) return;
      const who = countedAddress(ipAddress);
      const { allowed, trust } = mayVerify(addresses.get(who), clock.now(), perMinute);
      if (trust !== undefined) addresses.set(who, trust);
      if (allowed) return;
      metrics.limited('refusedCredentialsPerAddress');
      throw new GatewayError('RATE_LIMITED', {
        message:
          'Too many credentials of this address were refused. Those in use go on; try a new one again in a moment.',
        extensions: { limit: { name: 'refusedCredentialsPerAddress', allowed: perMinute } },
      });
    },
    refused(code, request) {
      const who = countedAddress(request.ipAddress);
      addresses.set(who, noteRefused(addresses.get(who), clock.now()));
      onRefused(code, request);
    },
  };
}
