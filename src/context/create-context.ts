import { createOperationRecord, type OperationRecordOptions } from '../audit/operation-record.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ResolvedIdentity } from '../identity/index.js';
import { createLoaders, type UserCache } from '../loaders/index.js';
import type { Logger } from '../platform/logger.js';
import type { GatewayContext, Services } from './gateway-context.js';
import { createRequestLog } from './request-log.js';

export interface ContextParts {
  readonly services: Services;
  readonly users: UserCache;
  readonly logger: Logger;
  readonly hasEnded: (sessionId: string) => boolean;
  readonly recording: Pick<OperationRecordOptions, 'trail' | 'attempts' | 'clock'>;
}

/** With its session, which the requests under it share. The people are frozen where they are kept. */
function frozen(identity: Identity): Identity {
  if (identity.kind !== 'anonymous') Object.freeze(identity.authentication);
  if (identity.session !== null) Object.freeze(identity.session);
  return Object.freeze(identity);
}

/** Makes the context of one operation. */
export type CreateContext = (resolved: ResolvedIdentity, request: RequestFacts) => GatewayContext;

export function createContextFactory(parts: ContextParts): CreateContext {
  const { services, users, logger, hasEnded, recording } = parts;
  return ({ identity, unconfirmed }, request) => {
    const log = createRequestLog(logger, request.id);
    const sessionId = identity.session?.id ?? null;
    return Object.freeze({
      viewer: identity.viewer,
      actor: identity.actor,
      impersonation: identity.session,
      identity: frozen(identity),
      unconfirmed,
      request,
      loaders: createLoaders(users),
      services,
      log,
      operation: createOperationRecord({ identity, request, logger: log, ...recording }),
      sessionEnded: () => sessionId !== null && hasEnded(sessionId),
    });
  };
}
