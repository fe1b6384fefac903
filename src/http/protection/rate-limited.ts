import { GatewayError } from '../../errors/index.js';

/** A refusal for having too much of something at once, with the limit named. */
export function tooMany(limit: 'operationsPerIdentity' | 'subscriptionsPerIdentity', allowed: number): GatewayError {
  const what = limit === 'operationsPerIdentity' ? 'operations are under way' : 'streams are open';
  return new GatewayError('RATE_LIMITED', {
    message: `Too many ${what} at once: ${allowed} are allowed (${limit}). Wait for one to end.`,
    extensions: { limit: { name: limit, allowed } },
  });
}
