import type { Resolvers } from '../src/generated/resolvers-types.js';
import { AuditedOperation } from './AuditedOperation.js';
import { DateTime } from './DateTime.js';
import { EventIntegrity } from './EventIntegrity.js';
import { ImpersonationEvent } from './ImpersonationEvent.js';
import { ImpersonationSession } from './ImpersonationSession.js';
import { revokeImpersonation } from './Mutation/revokeImpersonation.js';
import { startImpersonation } from './Mutation/startImpersonation.js';
import { stopImpersonation } from './Mutation/stopImpersonation.js';
import { accessHistory } from './Query/accessHistory.js';
import { actor } from './Query/actor.js';
import { impersonation } from './Query/impersonation.js';
import { impersonationEvent } from './Query/impersonationEvent.js';
import { impersonationEvents } from './Query/impersonationEvents.js';
import { impersonationSession } from './Query/impersonationSession.js';
import { impersonationSessions } from './Query/impersonationSessions.js';
import { impersonationStatistics } from './Query/impersonationStatistics.js';
import { user } from './Query/user.js';
import { users } from './Query/users.js';
import { viewer } from './Query/viewer.js';
import { auditVerification } from './Subscription/auditVerification.js';
import { impersonationEventRecorded } from './Subscription/impersonationEventRecorded.js';
import { User } from './User.js';

/** The resolvers of the gateway's own schema. */
export const resolvers: Resolvers = {
  DateTime,
  Query: {
    viewer,
    actor,
    impersonation,
    user,
    users,
    impersonationSession,
    impersonationSessions,
    impersonationEvent,
    impersonationEvents,
    impersonationStatistics,
    accessHistory,
  },
  Mutation: { startImpersonation, stopImpersonation, revokeImpersonation },
  Subscription: { impersonationEventRecorded, auditVerification },
  User,
  ImpersonationSession,
  ImpersonationEvent,
  AuditedOperation,
  EventIntegrity,
};
