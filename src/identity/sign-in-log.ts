import type { RequestFacts } from '../domain/request-facts.js';
import type { CallerLog } from '../platform/caller-log.js';
import { countedAs } from '../policy/index.js';
import type { SessionTokenStrategyOptions } from './session-token-strategy.js';

/** Says whose session token was accepted, and how they had signed in. Of the token itself nothing, not even its digest. */
export function createSignInLog(log: CallerLog): SessionTokenStrategyOptions['onAccepted'] {
  return (identity, issuer, request: RequestFacts) => {
    const { authTime, amr } = identity.authentication;
    log.info(
      countedAs(identity, request.ipAddress),
      {
        requestId: request.id,
        viewerId: identity.viewer.id,
        actorId: identity.actor.id,
        issuer,
        authTime,
        amr,
        ipAddress: request.ipAddress,
      },
      'a session token was accepted',
    );
  };
}
