import {
  createOperationRecord,
  type OperationActivity,
  type OperationRecord,
  type OperationRecordOptions,
} from '../audit/operation-record.js';
import type { Identity } from '../domain/identity.js';
import type { RequestFacts } from '../domain/request-facts.js';
import type { ResolvedIdentity } from '../identity/index.js';
import type { SessionFault } from '../impersonation/index.js';
import { createLoaders, type UserCache } from '../loaders/index.js';
import type { Logger } from '../platform/logger.js';
import type { Connection } from './connection.js';
import type { GatewayContext, Services } from './gateway-context.js';
import { Onward } from './onward.js';
import { RequestContext } from './request-context.js';
import { createRequestLog } from './request-log.js';

/** The name of the request header, `Impersonation-Activity: none`; see docs/lifecycle.md. */
const ACTIVITY_HEADER = 'impersonation-activity';

export interface ContextParts {
  readonly services: Services;
  readonly users: UserCache;
  readonly logger: Logger;
  readonly hasEnded: (sessionId: string) => boolean;
  readonly sessionFault: SessionFault;
  readonly recording: Pick<OperationRecordOptions, 'trail' | 'attempts' | 'clock' | 'refusalLog'>;
  /** See SessionActivity.note. */
  readonly noteActivity: OperationActivity['note'];
}

/**
 * Whether a client says that nobody caused its request. Whatever stands there counts as `none`, the only word there is: it can only
 * shorten a session, and a mark that cannot be read must not prolong one.
 */
function isMarked(headers: Connection['headers']): boolean {
  return headers[ACTIVITY_HEADER] !== undefined;
}

/** With its session, which the requests under it share. The people are frozen where they are kept. */
function frozen(identity: Identity): Identity {
  if (identity.kind !== 'anonymous') Object.freeze(identity.authentication);
  if (identity.session !== null) Object.freeze(identity.session);
  return Object.freeze(identity);
}

/**
 * Makes the context of one operation.
 * @param record goes on with one that was begun: the events of a stream are on the record of the stream. A fresh one by default.
 */
export type CreateContext = (
  resolved: ResolvedIdentity,
  request: RequestFacts,
  connection: Connection,
  record?: OperationRecord,
) => GatewayContext;

export function createContextFactory(parts: ContextParts): CreateContext {
  const { services, users, logger, hasEnded, recording } = parts;
  return ({ identity, unconfirmed }, request, connection, record) => {
    const log = createRequestLog(logger, request.id);
    const activity = { isMarked: () => isMarked(connection.headers), note: parts.noteActivity };
    const operation = record ?? createOperationRecord({ identity, request, logger: log, ...recording, activity });
    const sessionId = identity.session?.id ?? null;
    const sessionEnded = () => sessionId !== null && hasEnded(sessionId);
    const sessionFault = () => (sessionId === null ? null : parts.sessionFault(sessionId));
    return Object.freeze(
      new RequestContext({
        viewer: identity.viewer,
        actor: identity.actor,
        impersonation: identity.session,
        identity: frozen(identity),
        unconfirmed,
        request,
        loaders: createLoaders(users),
        services,
        log,
        operation,
        onward: new Onward(identity, request, connection, operation, sessionFault),
        sessionEnded,
        sessionFault,
      }),
    );
  };
}
